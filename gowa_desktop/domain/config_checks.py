"""Checking a whole config: each option by itself, options that need each other, and what a version makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS, active_webhooks, default_of, flags_of, is_unset
from gowa_desktop.domain.extra_checks import check_arguments, check_environment
from gowa_desktop.domain.option_checks import check_option
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.redaction import secrets_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion

_MAX_BYTES = 500_000
"""All settings together: Linux gives a new process about 2 MB for arguments and environment."""


def check_config(config: JsonObject, version: GowaVersion | None, discovered: Sequence[Option]) -> dict[str, str]:
    """Check a config; see `ConfigParser.check`. What the version does not know is not passed, so nothing about it can be wrong."""
    if "flags" in config and not isinstance(config["flags"], dict):
        return {"flags": "The settings under “flags” are no JSON object."}
    flags = flags_of(config)
    known = BY_KEY | {option.key: option for option in discovered}
    problems: dict[str, str] = {}
    for key, value in flags.items():
        option = known.get(key)
        if key == "port":
            problems[key] = "The port is set for the instance itself, not among its options."
        elif option is not None and value is not None and (version is None or option.known_by(version)):
            found = check_option(option, value, version) or _check_visibility(option, value, flags, version)
            problems.update({f"{key}{place}": sentence for place, sentence in found.items()})
    problems.update(_check_disabled(flags))
    problems.update(_check_oauth(flags, version))
    problems.update(check_arguments(config.get("args"), discovered))
    problems.update(check_environment(config.get("env"), discovered))
    if not problems and len(repr(config).encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        problems["flags"] = "The settings together are too large for a process to be started with. Shorten the longest lists."
    return problems


def _check_disabled(flags: JsonObject) -> dict[str, str]:
    disabled = flags.get(DISABLED_WEBHOOKS)
    if disabled is None or (isinstance(disabled, list) and all(isinstance(url, str) for url in disabled)):
        return {}
    return {DISABLED_WEBHOOKS: "The switched-off webhooks are no list of addresses."}


def _check_visibility(option: Option, value: Json, flags: JsonObject, version: GowaVersion | None) -> dict[str, str]:
    """Keep secrets out of arguments, which everybody on the computer can read."""
    if not option.is_secret or not secrets_in(option, value):
        return {}
    if not option.env:
        return {"": f"GOWA takes it as the argument {option.flag} only, which everybody on this computer can read. Leave it empty."}
    if version is None or version.reads_environment:
        return {}
    if option.key == "webhookSecret" and not active_webhooks(flags):
        return {}  # it is not passed
    return {"": f"GOWA {version.tag} takes settings as arguments only, which everybody on this computer can read. Use v5.2.0 or newer."}


def _check_oauth(flags: JsonObject, version: GowaVersion | None) -> dict[str, str]:
    option = BY_KEY["mcpOauthEnabled"]
    is_on = _effective("mcpEnabled", flags) is True and _effective(option.key, flags) is True
    if not is_on or (version is not None and not option.known_by(version)):
        return {}
    problems = {}
    issuer, resource = str(_effective("mcpOauthIssuerUrl", flags)), str(_effective("mcpOauthResourceUrl", flags))
    if not _effective("basicAuth", flags):
        problems[option.key] = "GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first."
    if not issuer:
        problems["mcpOauthIssuerUrl"] = "OAuth needs the public https address of this instance."
    elif resource and _origin(issuer) != _origin(resource):
        problems["mcpOauthResourceUrl"] = "It must have the same host and port as the public address for OAuth."
    return problems


def _effective(key: str, flags: JsonObject) -> Json:
    option, value = BY_KEY[key], flags.get(key)
    return default_of(option) if is_unset(option, value) else value


def _origin(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
