"""Who a client is, and what it may do: keys, tokens of an OpenID Connect provider, and sessions of the page."""
