"""The Model Context Protocol: the service as tools and resources of an assistant, over HTTP and over a pipe."""
