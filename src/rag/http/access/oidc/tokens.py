"""Check the tokens of the provider."""

from __future__ import annotations

from typing import Any

import jwt

from rag.http.access.oidc.issuer import Issuer

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with a public key. `none` has no signature, and HS256 would let anyone sign with the public key."""

_LEEWAY_SECONDS = 30
"""The clocks of two machines may differ by this much."""

_REQUIRED = ["exp", "iss", "aud", "sub"]


class InvalidToken(Exception):
    """A token is not valid. The message is a sentence for its sender. `forged` says that no provider signed it."""

    def __init__(self, message: str, *, forged: bool = False) -> None:
        super().__init__(message)
        self.forged = forged


async def claims_of(token: bytes, issuer: Issuer, audience: str) -> dict[str, Any]:
    """Return the claims of a token whose signature, issuer, audience and times are right.

    Raises InvalidToken and IssuerUnavailable.
    """
    key = await _key_of(token, issuer)
    options: Any = {"require": _REQUIRED}
    try:
        return jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=audience,
            issuer=issuer.address,
            leeway=_LEEWAY_SECONDS,
            options=options,
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("the token has expired: get a new one from the provider") from error
    except jwt.InvalidAudienceError as error:
        raise InvalidToken(f"the token is not for this service: get one with the audience {audience!r}") from error
    except jwt.InvalidIssuerError as error:
        raise InvalidToken(f"the token has another issuer: get one from {issuer.address}") from error
    except jwt.MissingRequiredClaimError as error:
        raise InvalidToken(f"the token has no claim {error.claim!r}: get one from {issuer.address}") from error
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken("the token is not valid: get a new one from the provider", forged=True) from error


async def _key_of(token: bytes, issuer: Issuer) -> jwt.PyJWK:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken("the token cannot be read: send it complete", forged=True) from error
    if header.get("alg") not in _ALGORITHMS:
        raise InvalidToken(
            f"the token is signed with {header.get('alg')!r}: have the provider sign with RS256", forged=True
        )
    name = header.get("kid")
    key = await issuer.key(name if isinstance(name, str) else None)
    if key is None:
        raise InvalidToken(f"the provider has no key {name!r}: get a new token from {issuer.address}", forged=True)
    return key
