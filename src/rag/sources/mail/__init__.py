"""Reads e-mail: separates the author's words from quoted and forwarded messages, and finds the attachments."""
