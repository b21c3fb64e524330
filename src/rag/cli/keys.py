"""The commands `rag keys`: create, list and revoke keys, and sign people out. A running service notices each change."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.cli.arguments import JsonOption, utf8
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from rag.http.access.key_file import KeyFile
    from rag.http.access.keys import Key

app = typer.Typer(help="Create, list and revoke the keys of clients, and sign people out.", no_args_is_help=True)

_Role = Literal["ask", "maintain", "admin"]
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of the key, which logs show.")]


@app.command()
def create(
    name: NameArgument,
    role: Annotated[
        _Role, typer.Option(help="ask: ask and read; maintain: also change the index; admin: all.")
    ] = "ask",
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="GROUP", help="A group whose documents the key also sees. Repeatable."),
    ] = None,
    all_groups: Annotated[bool, typer.Option("--all-groups", help="The key sees the documents of all groups.")] = False,
    expires: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="The last day of the key (UTC), such as 2027-01-31, or 90d for 90 days."),
    ] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="The most questions a minute; no limit by default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Create a key and print it. It is shown only now, because the service stores only its hash."""
    from rag.http.access.keys import Key, digest, new_secret

    if groups and all_groups:
        raise typer.BadParameter("give either --group or --all-groups", param_hint="--group")
    _check_name(name)
    secret = new_secret()
    key = Key(
        name=name,
        sha256=digest(secret.encode()),
        role=role,
        groups=None if all_groups else tuple(dict.fromkeys(map(_group, groups or ()))),
        created=datetime.now(UTC).replace(microsecond=0),
        expires=_expiry(expires) if expires else None,
        rate=rate,
    )
    _writable_file().add(key)
    if as_json:
        print(json.dumps({**_described(key), "key": secret}, indent=2, ensure_ascii=False))
        return
    print(secret)
    print(f"This is the only time that the key {name!r} is shown.", file=sys.stderr)


@app.command("list")
def list_keys(as_json: JsonOption = False) -> None:
    """List the keys with their rights and limits, without the keys themselves."""
    keys = _key_file().read().keys
    if as_json:
        print(json.dumps({"keys": [_described(key) for key in keys]}, indent=2, ensure_ascii=False))
        return
    for key in keys:
        print("  ".join([key.name, key.role, *_limits(key)]))


@app.command()
def revoke(name: NameArgument, as_json: JsonOption = False) -> None:
    """Revoke a key. A running service refuses it within a second."""
    _writable_file().remove(name)
    print(json.dumps({"revoked": name}) if as_json else f"the key {name!r} is revoked")


@app.command("sign-out")
def sign_out(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The name of the person, as logs show it.")],
    as_json: JsonOption = False,
) -> None:
    """End the sessions of a person who signed in on the page. The person may sign in again if the provider agrees."""
    name = utf8(person).removeprefix("oidc:").strip()
    if not name:
        raise ConfigurationError(f"{person!r} names nobody: give the name that logs show, such as oidc:ada")
    _writable_file().sign_out(name)
    print(json.dumps({"signed_out": name}) if as_json else f"all sessions of {name!r} end within a second")


def _writable_file() -> KeyFile:
    from rag.settings import load

    if writer := load().writer:
        raise ConfigurationError(
            f"this is a replica, and its keys come from the writer {writer}: run the command there"
        )
    return _key_file()


def _key_file() -> KeyFile:
    from rag.http.access.key_file import KeyFile
    from rag.settings import load

    return KeyFile(load().index_dir)


def _check_name(name: str) -> None:
    from rag.http.access.keys import API_KEY, NAME

    if name == API_KEY:
        raise ConfigurationError(f"{name!r} is the name of the key of this setting: choose another name")
    if not re.fullmatch(NAME, name):
        raise ConfigurationError(
            f"{name!r} cannot name a key: use up to 64 letters, digits, dots, underscores, hyphens and @"
        )


def _group(name: str) -> str:
    if not utf8(name).strip():
        raise ConfigurationError("a group has an empty name: leave out that --group")
    return name.strip()


def _expiry(text: str) -> datetime:
    """Return the end of the last day. Raises ConfigurationError."""
    try:
        days = _DAYS.fullmatch(text)
        last = datetime.now(UTC).date() + timedelta(int(days[1])) if days else date.fromisoformat(text)
        end = datetime.combine(last + timedelta(1), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigurationError(
            f"{text!r} is not a day: give one such as 2027-01-31, or a number of days such as 90d"
        ) from error
    if end <= datetime.now(UTC):
        raise ConfigurationError(f"{text!r} is in the past, so the key would never be valid: give a later day")
    return end


def _described(key: Key) -> dict[str, object]:
    return {**key.model_dump(mode="json", exclude={"sha256"}), "expired": key.has_expired}


def _limits(key: Key) -> list[str]:
    """Return the limits of a key in words."""
    groups = "all groups" if key.groups is None else f"groups {', '.join(key.groups)}" if key.groups else "no groups"
    rate = [f"{key.rate} a minute"] if key.rate else []
    last = [f"{'expired' if key.has_expired else 'until'} {key.expires - timedelta(1):%Y-%m-%d}"] if key.expires else []
    return [groups, *rate, *last, f"created {key.created:%Y-%m-%d}"]
