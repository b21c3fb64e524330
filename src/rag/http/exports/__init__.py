"""Answers as files to take along: Word, Markdown, text, and bibliographies. One module a format."""
