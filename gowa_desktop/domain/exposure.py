"""What about a config lets strangers in: reachable without a sign-in, a secret that everybody knows, open to any web page.

Facts: GOWA listens on every address before v8.0.0; its webhook secret is “secret” until another is set; it answers any origin (CORS)
unless v9.0.0 or later is told which ones, and an empty list counts as none (GOWA facts 1.2, 3.1 and 3.8).
"""

from __future__ import annotations

import ipaddress
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_values import active_webhooks, default_of, flags_of, is_unset
from gowa_desktop.domain.options import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.versions import GowaVersion

SIGN_IN_NAME = "admin"
"""User name of a generated sign-in."""


class ExposureFix(StrEnum):
    """A way to close an exposure."""

    LISTEN_LOCALLY = "listen-locally"
    ADD_SIGN_IN = "add-sign-in"
    NEW_SECRET = "new-secret"  # noqa: S105 - a name
    OWN_ORIGINS = "own-origins"

    @property
    def label(self) -> str:
        """What a button for it says."""
        return _FIX_LABELS[self]

    @property
    def consequence(self) -> str:
        """What else it changes for the person, in one sentence."""
        return _CONSEQUENCES[self]


_FIX_LABELS = {
    ExposureFix.LISTEN_LOCALLY: "Listen on this computer only",
    ExposureFix.ADD_SIGN_IN: "Add a sign-in",
    ExposureFix.NEW_SECRET: "Use a new secret",
    ExposureFix.OWN_ORIGINS: "Allow its own page only",
}
_CONSEQUENCES = {
    ExposureFix.LISTEN_LOCALLY: "Other computers cannot reach it then.",
    ExposureFix.ADD_SIGN_IN: f"Whoever uses it signs in as {SIGN_IN_NAME}; the password is in the overview, under Connect.",
    ExposureFix.NEW_SECRET: "Whoever checks the signatures of its webhooks needs the new secret.",
    ExposureFix.OWN_ORIGINS: "Other web pages cannot call it then.",
}


class ExposureCode(StrEnum):
    """What lets strangers in."""

    NETWORK = "network"
    WEB_PAGES = "web-pages"
    KNOWN_SECRET = "known-secret"  # noqa: S105 - a name


class ExposureTiming(StrEnum):
    """When an exposure holds, compared with a process that runs."""

    NOW = "now"
    UNTIL_RESTART = "until-restart"
    """The running process has it; the stored settings do not any more."""
    AFTER_RESTART = "after-restart"
    """The stored settings have it; the running process does not yet."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One thing that lets strangers in: a sentence for people, free of secrets, and how it is closed, the best way first."""

    code: ExposureCode
    sentence: str
    fixes: tuple[ExposureFix, ...]
    timing: ExposureTiming = ExposureTiming.NOW


def exposures(config: JsonObject, version: GowaVersion | None, host: str, port: int | None) -> tuple[Exposure, ...]:
    """Find what lets strangers in, the worst first.

    Args:
        config: in the present shape.
        version: that reads it; None when it is not known, then the newest is taken for it.
        host: the address it listens on.
        port: of the instance.
    """
    flags = flags_of(config)
    found = [_network(flags, version, host), _web_pages(flags, version, host, port), _known_secret(flags)]
    return tuple(exposure for exposure in found if exposure is not None)


def close_exposure(config: JsonObject, fix: ExposureFix, generate_secret: Callable[[], str]) -> JsonObject:
    """Give a config in which an exposure is closed."""
    result = deepcopy(config)
    if not isinstance(result.get("flags"), dict):
        result["flags"] = {}
    flags = flags_of(result)
    match fix:
        case ExposureFix.LISTEN_LOCALLY:
            flags.pop("host", None)  # our default
        case ExposureFix.OWN_ORIGINS:
            flags.pop("corsAllowedOrigins", None)  # our default
        case ExposureFix.NEW_SECRET:
            flags["webhookSecret"] = generate_secret()
        case ExposureFix.ADD_SIGN_IN:
            flags["basicAuth"] = [{"username": SIGN_IN_NAME, "password": generate_secret()}]
    return result


def compared(stored: Sequence[Exposure], running: Sequence[Exposure]) -> tuple[Exposure, ...]:
    """Say what is true of a process that runs, and what will be after a restart with the stored settings."""
    stored_codes, running_codes = ({exposure.code for exposure in side} for side in (stored, running))
    now = [e if e.code in stored_codes else replace(e, timing=ExposureTiming.UNTIL_RESTART) for e in running]
    later = [replace(e, timing=ExposureTiming.AFTER_RESTART) for e in stored if e.code not in running_codes]
    return (*now, *later)


def to_json(found: Sequence[Exposure]) -> list[Json]:
    """Write exposures so that they can be kept with what a process was started with."""
    return [{"code": e.code.value, "sentence": e.sentence, "fixes": [fix.value for fix in e.fixes]} for e in found]


def from_json(value: Json) -> tuple[Exposure, ...] | None:
    """Read what `to_json` wrote; None when it is nothing of that kind."""
    if not isinstance(value, list):
        return None
    found = []
    for item in value:
        fixes = item.get("fixes") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(fixes, list) or not fixes:
            return None
        try:
            ways = tuple(ExposureFix(str(fix)) for fix in fixes)
            found.append(Exposure(ExposureCode(str(item.get("code"))), str(item.get("sentence")), ways))
        except ValueError:
            return None
    return tuple(found)


def is_loopback(host: str) -> bool:
    """Tell whether an address is this computer's own; a name but localhost may be anything."""
    text = host.strip().removeprefix("[").removesuffix("]")
    if text.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _network(flags: JsonObject, version: GowaVersion | None, host: str) -> Exposure | None:
    if _has_sign_in(flags) or is_loopback(host):
        return None
    if version is not None and not version.has_host:
        sentence = (
            f"GOWA {version.tag} always listens on every address, and this instance asks for no sign-in: anyone on your network can use it."
        )
        return Exposure(ExposureCode.NETWORK, sentence, (ExposureFix.ADD_SIGN_IN,))
    where = "on every address" if host in {"", "0.0.0.0", "::", "[::]"} else f"on {host}"  # noqa: S104 - a comparison
    sentence = f"It listens {where} and asks for no sign-in: anyone on your network can use it."
    return Exposure(ExposureCode.NETWORK, sentence, (ExposureFix.LISTEN_LOCALLY, ExposureFix.ADD_SIGN_IN))


def _web_pages(flags: JsonObject, version: GowaVersion | None, host: str, port: int | None) -> Exposure | None:
    option = BY_KEY["corsAllowedOrigins"]
    if version is not None and not option.known_by(version):
        # Every page may call it; with a sign-in it gets no answer. Whoever is in the network is told of that already.
        if _has_sign_in(flags) or not is_loopback(host):
            return None
        sentence = (
            f"GOWA {version.tag} answers any web page, and this instance asks for no sign-in: any page you open in your browser can use it."
        )
        return Exposure(ExposureCode.WEB_PAGES, sentence, (ExposureFix.ADD_SIGN_IN,))
    stored = flags.get(option.key)
    origins = default_of(option, port) if is_unset(option, stored) else stored
    if isinstance(origins, list) and origins and "*" not in origins:
        return None
    what = "only the sign-in keeps them out" if _has_sign_in(flags) else "any page you open in your browser can use it"
    return Exposure(ExposureCode.WEB_PAGES, f"It answers any web page (CORS is open): {what}.", (ExposureFix.OWN_ORIGINS,))


def _known_secret(flags: JsonObject) -> Exposure | None:
    secret: Json = flags.get("webhookSecret")
    if not active_webhooks(flags) or secret not in (None, "", BY_KEY["webhookSecret"].default):
        return None
    sentence = "Its webhooks are signed with GOWA's own secret, which everybody knows: anyone can send events in its name."
    return Exposure(ExposureCode.KNOWN_SECRET, sentence, (ExposureFix.NEW_SECRET,))


def _has_sign_in(flags: JsonObject) -> bool:
    return bool(flags.get("basicAuth"))
