"""OpenAI chat completions, plain and streamed."""
