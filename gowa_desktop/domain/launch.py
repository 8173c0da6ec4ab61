"""How options reach a GOWA process: environment and arguments of each era.

The environment carries what it can, because there it beats flags since v6 and argv is visible to every local user (GOWA facts 1.1
and 1.3). Only what the version knows is passed. An empty value counts as unset there, so a text that must be empty is a flag.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_values import active_webhooks, default_of, is_unset
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_KEY, ENVIRONMENT_NAMES, Option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.versions import GowaVersion

_INHERITED = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "USERPROFILE", "USERNAME", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA",
    "PROGRAMDATA", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "TMPDIR", "LANG", "LANGUAGE", "TZ",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_RUNTIME_DIR",
})  # fmt: skip


def passed_values(
    flags: JsonObject, port: int, version: GowaVersion, discovered: Sequence[Option] = ()
) -> list[tuple[Option, Json]]:
    """Give what a version must be told: the overrides, our own defaults, and what it would assume differently."""
    values: list[tuple[Option, Json]] = []
    for option in (*BY_KEY.values(), *discovered):
        value = flags.get(option.key)
        if option.key == "port":
            values.append((option, str(port)))
        elif not option.known_by(version) or _is_needless(option, flags, version):
            continue
        elif option.key == "webhooks" and isinstance(value, list):
            values.append((option, [*active_webhooks(flags)]))
        elif not is_unset(option, value):
            values.append((option, value))
        elif _must_be_said(option, version):
            values.append((option, default_of(option, port)))
    return values


def passed_environment(values: Sequence[tuple[Option, Json]], version: GowaVersion) -> dict[str, str]:
    """Write what travels in the environment."""
    return {option.env: text for option, value in values if not _needs_flag(option, value, version) and (text := env_text(option, value))}


def passed_arguments(values: Sequence[tuple[Option, Json]], version: GowaVersion) -> list[str]:
    """Write what travels as flags, after the sub-command where the version has one."""
    arguments = ["rest"] if version.has_rest_subcommand else []
    for option, value in values:
        if option.flag and _needs_flag(option, value, version):
            text = flag_text(option, value)
            if text or _says_empty(option, value):
                arguments.append(f"{option.flag}={text}")
    return arguments


def inherited_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Give what a child takes over from this program: what any program needs, and no name that GOWA reads."""
    kept = {n: v for n, v in inherited.items() if n.upper() in _INHERITED or n.startswith("LC_")}
    return {n: v for n, v in kept.items() if n.upper() not in ENVIRONMENT_NAMES}


def flag_text(option: Option, value: Json) -> str:
    """Write a value as GOWA's flags read it: a list is one CSV record (GOWA facts 1.3)."""
    if not isinstance(value, list):
        return env_text(option, value)
    record = io.StringIO()
    csv.writer(record, lineterminator="").writerow([env_text(option, [item]) for item in value])
    return record.getvalue()


def _is_needless(option: Option, flags: JsonObject, version: GowaVersion) -> bool:
    # As an argument everybody could read it, and without a webhook it signs nothing.
    return option.key == "webhookSecret" and not version.reads_environment and not active_webhooks(flags)


def _must_be_said(option: Option, version: GowaVersion) -> bool:
    if option.our_default is not None or option.key == "corsAllowedOrigins":
        return True
    return option.default_since is not None and not version.at_least(option.default_since)


def _needs_flag(option: Option, value: Json, version: GowaVersion) -> bool:
    if not option.env or not version.reads_environment or _says_empty(option, value):
        return True
    limit = option.env_only_enables_until
    # “always” needs no flag: such a switch is off unless somebody switches it on.
    return value is False and limit is not None and limit != "always" and not _is_after(version, limit)


def _says_empty(option: Option, value: Json) -> bool:
    return option.can_be_empty and value == ""


def _is_after(version: GowaVersion, tag: str) -> bool:
    return version.at_least(tag) and version.tag != tag
