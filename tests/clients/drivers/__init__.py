"""Programs in the style of a user of each client. Each runs in the environment of its client.

The arguments are the address of the service and a question. A program prints one line of JSON for each API and mode:
`{"api", "stream", "text", "citations": [{"url", "title", "start", "end", "quote"}]}`. Fields that the client does not
keep are missing.
"""
