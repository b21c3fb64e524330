"""The HTTP server: uvicorn with limits on the size, the number and the time of everything that a client sends."""
