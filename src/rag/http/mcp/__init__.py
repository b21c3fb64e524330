"""The Model Context Protocol: the service as tools and resources for assistants, over HTTP or standard streams."""
