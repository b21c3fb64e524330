"""Open Responses, plain and streamed."""
