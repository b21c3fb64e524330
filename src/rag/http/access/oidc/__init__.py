"""People of an OpenID Connect provider: bearer tokens, and the sign-in on the page. PyJWT checks all signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.http.access.key_table import KeyTable
    from rag.http.access.oidc.people import People

CALLBACK = "/sign-in/callback"
"""The path to which the provider sends a browser back."""

_PREFIX = "oidc_"


def people_of(settings: Settings, keys: KeyTable) -> People | None:
    """Return the people of the provider in the settings; None if there is none. `keys` knows who was signed out.

    Raises ConfigurationError if settings are missing, or if the extra `oidc` is not installed.
    """
    if settings.oidc_issuer is None:
        own = {name: field for name, field in type(settings).model_fields.items() if name.startswith(_PREFIX)}
        given = sorted(name for name, field in own.items() if getattr(settings, name) != field.default)
        if given:
            raise ConfigurationError(
                f"RAG_{given[0].upper()} has no effect without a provider: set RAG_OIDC_ISSUER to its address"
            )
        return None
    if not (settings.oidc_audience or settings.oidc_client_id):
        raise ConfigurationError(
            "RAG_OIDC_ISSUER needs an audience, or tokens for other services would be accepted: set RAG_OIDC_AUDIENCE "
            "or RAG_OIDC_CLIENT_ID"
        )
    if settings.oidc_client_secret and not settings.oidc_client_id:
        raise ConfigurationError("RAG_OIDC_CLIENT_SECRET needs the id of the client: set RAG_OIDC_CLIENT_ID")
    try:
        from rag.http.access.oidc.people import People  # PyJWT is an extra, and slow to import
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is not installed: pip install 'rag-policy[oidc]'") from error
    return People(settings, keys)
