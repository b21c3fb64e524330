"""Real clients, each in its own environment, ask the real service; docs/clients.md is what they show.

`make test-clients` installs and drives them, `make clients` writes the page.
"""
