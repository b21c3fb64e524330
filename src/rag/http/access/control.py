"""Access to the service: identifies clients, refuses them, and limits their questions."""

from __future__ import annotations

from starlette.types import Scope

from rag.http.access import oidc, refusals
from rag.http.access.client import KEY, Client, Role, client_of
from rag.http.access.identification import Identification
from rag.http.access.key_table import KeyTable
from rag.http.access.question_rates import QuestionRates
from rag.http.access.refusals import Refused
from rag.http.access.wrong_keys import WrongKeys
from rag.http.proxied import client_address
from rag.settings import Settings
from rag.types import Permission

_REFUSED = "rag.refused"
"""The key of the reason why the client of a request is unknown, in its scope."""


class AccessControl:
    """Decides who may do what. One exists for each application.

    `people` are those of the OpenID Connect provider; None without one. `is_closed` says whether asking needs a key.
    """

    def __init__(self, settings: Settings) -> None:
        """Read the keys. Raises ConfigurationError if the settings of the provider are incomplete."""
        self.keys = KeyTable(settings.index_dir)
        self.people = oidc.people_of(settings, self.keys)
        self.is_closed = settings.require_key
        self._has_api_key = settings.api_key is not None
        self._has_maintainers = bool(settings.api_key or settings.oidc_maintain_groups or settings.oidc_admin_groups)
        self._wrong_keys = WrongKeys()
        self._rates = QuestionRates()
        self._identification = Identification(settings, self.keys, self._wrong_keys, self.people)

    @property
    def can_sign_in(self) -> bool:
        """Whether people can sign in on the page."""
        return self.people is not None and self.people.sign_in is not None

    @property
    def can_change(self) -> bool:
        """Whether any client may change the index."""
        return self._has_maintainers or self.keys.has(Role.MAINTAIN)

    @property
    def has_clients(self) -> bool:
        """Whether any client can prove who it is."""
        return self._has_api_key or self.people is not None or self.keys.has(Role.ASK)

    async def identify(self, scope: Scope, *, needs_key: bool) -> None:
        """Put the client into the scope, where logs find it too. Raises Refused if a key is wrong, or needed.

        If no key is needed, a word that is no key of this service is ignored: chat clients must send any.
        """
        scope[KEY] = None
        try:
            scope[KEY] = await self._identification.client(scope)
        except Refused as refused:
            if needs_key or not refused.unrelated:
                raise self._counted(refused, scope) from None
            scope[_REFUSED] = refused
        if scope[KEY] is None and needs_key:
            raise refusals.no_key(sign_in=self.can_sign_in)

    def require(self, role: Role, scope: Scope) -> None:
        """Raise Refused if the client of a request does not have this role."""
        client = client_of(scope)
        if client is None:
            raise self.unknown(scope)
        if client.role < role:
            raise refusals.needs_role(role, client)

    def may(self, permission: Permission, scope: Scope) -> bool:
        """Return whether a permission includes the client of a request, who may ask."""
        if permission == Permission.CLIENTS:
            return client_of(scope) is not None
        return permission == Permission.EVERYONE

    def allow(self, permission: Permission, scope: Scope, action: str, setting: str) -> None:
        """Raise Refused unless a permission includes the client. `action` completes "you may not"."""
        if permission == Permission.NOBODY:
            raise refusals.switched_off(action, setting)
        if not self.may(permission, scope):
            raise self.unknown(scope)

    def unknown(self, scope: Scope) -> Refused:
        """Return the reason why the client of a request is unknown."""
        refused: Refused | None = scope.get(_REFUSED)
        return self._counted(refused, scope) if refused else refusals.no_key(sign_in=self.can_sign_in)

    def charge(self, client: Client | None) -> None:
        """Count a question of a client. Raises Refused if its key allows no more for now."""
        rate = self.keys.rate(client.name) if client else None
        if client and rate and (wait := self._rates.take(client.name, rate)):
            raise refusals.too_many_questions(rate, wait)

    def _counted(self, refused: Refused, scope: Scope) -> Refused:
        """Count a wrong key. Return the refusal, or another one if too many wrong keys came from this address."""
        if not refused.guessed:
            return refused
        address = client_address(scope)
        if wait := self._wrong_keys.wait(address):
            return refusals.too_many_wrong_keys(wait)
        self._wrong_keys.add(address)
        return refused
