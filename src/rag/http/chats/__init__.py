"""The protocols that chat clients speak, each a projection of the events of one answer."""
