"""Run real clients, each in its own environment, against the real service. docs/clients.md lists the results.

`make test-clients` installs and tests the clients. `make clients` writes the page.
"""
