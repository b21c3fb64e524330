"""Programs as users of a client would write them, each run in the environment of its client.

Each takes the address of the service and a question, and prints one line of JSON for every way of asking:
`{"api", "stream", "text", "citations": [{"url", "title", "start", "end", "quote"}]}`, with what the client keeps.
"""
