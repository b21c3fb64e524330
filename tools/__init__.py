"""Programs for people who install this project from its repository."""
