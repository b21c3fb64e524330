"""The HTTP API: routes, schemas, errors, and the web page."""
