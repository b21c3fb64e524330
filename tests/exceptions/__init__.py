"""Rules with their exceptions, written for this project, and how well answers show them."""
