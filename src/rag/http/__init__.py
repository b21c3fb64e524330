"""The HTTP edge: routes, wire shapes, errors, and the page."""
