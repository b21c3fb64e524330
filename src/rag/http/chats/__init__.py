"""The protocols of chat clients. Each protocol converts the same answer to its own format."""
