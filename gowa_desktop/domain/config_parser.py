"""ConfigParser: the single source of defaults, merging, validation and the launch of a GOWA process.

The work is in small modules beside this one: `config_values`, `config_checks`, `launch`, `redaction`, `config_changes`.
"""

from __future__ import annotations

import json
import secrets
import string
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain import config_changes, config_checks, config_values, launch, redaction
from gowa_desktop.domain.config_changes import LaunchPreview
from gowa_desktop.domain.config_values import flags_of
from gowa_desktop.domain.connection import ConnectionDetails
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.instance import LaunchSpec
from gowa_desktop.domain.option_values import parse_text
from gowa_desktop.domain.options import ANY_ADDRESS, BY_KEY, LOOPBACK, OPTIONS, OptionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gowa_desktop.domain.config_changes import OptionChange
    from gowa_desktop.domain.instance import Instance, ProcessIdentity
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.versions import GowaVersion

UNREADABLE_ADVICE = "Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are."

_SECRET_ALPHABET = string.ascii_letters + string.digits


class ConfigParser:
    """Turns stored configs into what GOWA is started with. Pure: no files, no clock, no process."""

    def __init__(self, has_shared_dashboard: Callable[[], bool] = lambda: False) -> None:
        self._has_shared_dashboard = has_shared_dashboard

    # Options

    def known_options(self, version: GowaVersion | None, discovered: Sequence[Option] = ()) -> tuple[Option, ...]:
        """Give the options a version has, in the order of the form and without the port; None stands for every version."""
        known = [option for option in OPTIONS if option.key != "port" and (version is None or option.known_by(version))]
        return (*known, *discovered)

    def default(self, option: Option, port: int | None = None) -> Json:
        """Give what an option is when nothing is stored: our own default before GOWA's."""
        return self._default_in({}, option, port)

    def takes_shared_dashboard(self, config: JsonObject) -> bool:
        """Tell whether an instance serves the page all others serve: it chose no repository, file or checksum of its own."""
        flags = flags_of(config)
        return not any(flags.get(key) for key in ("uiRepo", "uiAssetName", "uiAssetSha256"))

    def value(self, config: JsonObject, option: Option, port: int | None = None) -> Json:
        """Give what an option is: the stored override, or else its default."""
        stored = flags_of(config).get(option.key)
        return self._default_in(config, option, port) if config_values.is_unset(option, stored) else deepcopy(stored)

    def is_overridden(self, config: JsonObject, key: str) -> bool:
        """Tell whether a value is stored for this option."""
        stored, option = flags_of(config).get(key), BY_KEY.get(key)
        return stored is not None if option is None else not config_values.is_unset(option, stored)

    def with_value(self, config: JsonObject, option: Option, value: Json, port: int | None = None) -> JsonObject:
        """Give a config with an option set; what equals the default is not stored."""
        if config_values.is_unset(option, value) or value == self._default_in(config, option, port):
            return self.without_value(config, option.key)
        return self.merge(self.without_value(config, option.key), {"flags": {option.key: value}})

    def without_value(self, config: JsonObject, key: str) -> JsonObject:
        """Give a config in which an option is at its default."""
        result = deepcopy(config)
        flags_of(result).pop(key, None)
        return result

    def webhook_rows(self, config: JsonObject) -> tuple[tuple[str, bool], ...]:
        """Give every webhook address and whether it is switched on."""
        return config_values.webhook_rows(flags_of(config))

    def with_webhook_rows(self, config: JsonObject, rows: Sequence[tuple[str, bool]]) -> JsonObject:
        """Give a config with these webhook addresses, each switched on or off."""
        changed = self.with_value(config, BY_KEY["webhooks"], [url for url, _ in rows])
        off: Json = [url for url, is_on in rows if not is_on]
        changed = self.without_value(changed, config_values.DISABLED_WEBHOOKS)
        return self.merge(changed, {"flags": {config_values.DISABLED_WEBHOOKS: off}}) if off else changed

    def has_unknown_options(self, config: JsonObject) -> bool:
        """Tell whether options are stored that the table does not have; a newer version may have told about them."""
        return bool(flags_of(config).keys() - BY_KEY.keys() - {config_values.DISABLED_WEBHOOKS})

    # Stored configs

    def parse(self, text: str) -> JsonObject:
        """Read a stored config; empty text is an empty config.

        Raises:
            ConfigInvalidError: the text is no JSON object.
        """
        try:
            value = json.loads(text or "{}")
        except (ValueError, RecursionError) as error:  # a number of over 4300 digits is a plain ValueError
            place = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            raise ConfigInvalidError(
                f"The stored settings cannot be read{place}.", UNREADABLE_ADVICE
            ) from error
        if not isinstance(value, dict):
            raise ConfigInvalidError("The stored settings are no JSON object.", UNREADABLE_ADVICE)
        return cast("JsonObject", value)

    def normalize(self, config: JsonObject) -> JsonObject:
        """Read the older shapes of a config; one in the present shape comes back equal."""
        return config_values.normalize(config)

    def only_differences(self, config: JsonObject, port: int | None = None) -> JsonObject:
        """Give a config without overrides that equal their default; what nobody knows is kept."""
        result = deepcopy(config)
        flags = flags_of(result)
        for option in OPTIONS:
            if option.key in flags and flags[option.key] in (None, self._default_in(config, option, port)):
                del flags[option.key]
        return result

    def new_secrets(self) -> JsonObject:
        """Make the overrides that every new instance gets: a webhook secret nobody can guess."""
        return {"flags": {"webhookSecret": self.generate_secret()}}

    def generate_secret(self, length: int = 32) -> str:
        """Make a random secret of letters and digits, safe in every place GOWA reads one."""
        return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(length))

    def merge(self, base: JsonObject, overrides: JsonObject) -> JsonObject:
        """Lay overrides over a base, object by object; lists and values replace, unknown keys stay."""
        return config_values.merge(base, overrides)

    # Checking

    def check(self, config: JsonObject, version: GowaVersion | None = None, discovered: Sequence[Option] = ()) -> dict[str, str]:
        """Check a config; the result maps a place to a sentence and is empty when all is well.

        Places are option keys, `webhooks[1]` for one row of a list, `basicAuth[0]` for a sign-in, `args[2]` and `env[NAME]`.
        """
        return config_checks.check_config(config, version, discovered)

    def validate(self, config: JsonObject, version: GowaVersion | None = None, discovered: Sequence[Option] = ()) -> None:
        """Check a config.

        Raises:
            ConfigInvalidError: an option has a value that GOWA would refuse or misread; the first problem is named.
        """
        for key, problem in self.check(config, version, discovered).items():
            raise ConfigInvalidError(f"{key}: {problem}", "Correct the value and try again.")

    def apply_assignment(self, config: JsonObject, assignment: str) -> JsonObject:
        """Give a config with `OPTION=VALUE` applied; a list option grows by one with each assignment.

        Raises:
            ConfigInvalidError: no such option, no `=`, or a value of the wrong form.
        """
        key, separator, text = assignment.partition("=")
        option = BY_KEY.get(key.strip())
        if not separator:
            raise ConfigInvalidError(f"“{assignment[:60]}” is no setting.", "Write OPTION=VALUE, such as debug=true.")
        if option is None:
            close = _closest(key.strip())
            hint = f"Did you mean {close}?" if close else "Options are named as in the config, such as debug or webhooks."
            raise ConfigInvalidError(f"There is no option named “{key.strip()[:60]}”.", hint)
        value = parse_text(option, text)
        if option.kind in {OptionKind.LIST, OptionKind.LOGINS} and isinstance(value, list):
            existing = flags_of(config).get(option.key)
            value = [*(existing if isinstance(existing, list) else []), *value]
        changed = self.merge(config, {"flags": {option.key: value}})
        self.validate(self.normalize(changed))
        return changed

    # Launching

    def launch_spec(
        self,
        instance: Instance,
        version: GowaVersion,
        command: tuple[Path, tuple[str, ...]],
        folders: tuple[Path, Path],
        inherited: Mapping[str, str],
        discovered: Sequence[Option] = (),
    ) -> LaunchSpec:
        """Make the one description of how this instance is started.

        Args:
            instance: the instance; its port must be set.
            version: the resolved version.
            command: program and the words that come before GOWA's own, if any.
            folders: working directory and log file.
            inherited: the environment of this program, from which only harmless names are taken.
            discovered: what this version knows beyond the table.

        Raises:
            ConfigInvalidError: the stored settings are unreadable or a value is wrong.
        """
        if instance.config_error is not None:
            raise ConfigInvalidError(instance.config_error, UNREADABLE_ADVICE)
        if instance.port is None:
            raise ConfigInvalidError("The instance has no port.", "Give it one.")
        config = self.normalize(instance.config)
        self.validate(config, version, discovered)
        values = launch.passed_values(self._passed_flags(config), instance.port, version, discovered)
        program, prefix = command
        return LaunchSpec(
            program=program,
            arguments=(*prefix, *launch.passed_arguments(values, version), *_extra_arguments(config)),
            environment={
                **launch.inherited_environment(inherited),
                **_extra_environment(config),
                **launch.passed_environment(values, version),
            },
            working_directory=folders[0],
            log_file=folders[1],
            host=self.host(instance, version),
            port=instance.port,
            version=version.tag,
            ready_path=self._ready_path(version, self.base_path(instance, version)),
            ready_needs_ok=version.has_health,
        )

    def preview(
        self, instance: Instance, version: GowaVersion, command: tuple[Path, tuple[str, ...]], discovered: Sequence[Option] = ()
    ) -> LaunchPreview:
        """Show how an instance would be started, secrets masked; values that are refused are shown as they are."""
        config = self.normalize(instance.config)
        values = launch.passed_values(self._passed_flags(config), instance.port or 0, version, discovered)
        environment = launch.passed_environment(values, version)
        shown = {option.env: redaction.masked_environment(option, value) for option, value in values if option.env in environment}
        extra = {name: redaction.masked_variable(name, text) for name, text in _extra_environment(config).items()}
        masked = [(option, redaction.masked_value(option, value)) for option, value in values]
        program, prefix = command
        arguments = (*prefix, *launch.passed_arguments(masked, version), *map(redaction.masked_word, _extra_arguments(config)))
        return LaunchPreview(str(program), arguments, tuple(sorted({**extra, **shown}.items())))

    def adopted_spec(self, identity: ProcessIdentity, version: GowaVersion, base_path: str) -> LaunchSpec:
        """Describe a process that runs already; its environment is not known and not needed."""
        return LaunchSpec(
            program=Path(identity.executable),
            arguments=(),
            environment={},
            working_directory=Path(identity.working_directory),
            log_file=Path(identity.log_file),
            host=identity.host,
            port=identity.port,
            version=identity.version,
            ready_path=self._ready_path(version, base_path),
            ready_needs_ok=version.has_health,
        )

    def base_path(self, instance: Instance, version: GowaVersion) -> str:
        """Give the path before every address but `/health`; empty, or with a leading and no trailing slash."""
        return _base_path(self.normalize(instance.config)) if BY_KEY["basePath"].known_by(version) else ""

    def host(self, instance: Instance, version: GowaVersion | None) -> str:
        """Give the address an instance listens on, IPv6 without brackets."""
        if version is not None and not version.has_host:
            return ANY_ADDRESS  # older GOWA listens on every address, whatever we say
        return str(self.value(self.normalize(instance.config), BY_KEY["host"])).strip("[]") or LOOPBACK

    def connection(self, instance: Instance, version: GowaVersion | None) -> ConnectionDetails:
        """Give the addresses and sign-ins of an instance."""
        config = self.normalize(instance.config)
        listens_on = self.host(instance, version)
        shown = LOOPBACK if listens_on in {"", ANY_ADDRESS, "::", "localhost"} else listens_on
        shown = f"[{shown}]" if ":" in shown else shown
        base_path = _base_path(config) if version is None or version.at_least("v7.4.0") else ""
        base = f"http://{shown}:{instance.port}{base_path}"
        probe = "/app/devices" if version is not None and not version.has_devices else "/devices"
        return ConnectionDetails(base, _users(config), tuple(config_values.active_webhooks(flags_of(config))), probe)

    # Secrets and differences

    def secrets(self, config: JsonObject) -> frozenset[str]:
        """Give every secret text of a config, for masking."""
        return redaction.secrets_of(config) | redaction.secrets_of(self.normalize(config))

    def differences(
        self, old: JsonObject, new: JsonObject, port: int | None = None, discovered: Sequence[Option] = ()
    ) -> tuple[OptionChange, ...]:
        """Say what differs between two configs, secrets masked; extra arguments and environment included."""
        return config_changes.differences(self.normalize(old), self.normalize(new), port, discovered)

    def _passed_flags(self, config: JsonObject) -> JsonObject:
        flags = dict(flags_of(config))
        if flags.get("uiAutoUpdate") is None and self._default_in(config, BY_KEY["uiAutoUpdate"], None) is False:
            flags["uiAutoUpdate"] = False
        return flags

    def _default_in(self, config: JsonObject, option: Option, port: int | None) -> Json:
        # Without the shared page, or with one of its own, an instance must fetch it or would show none.
        if option.key == "uiAutoUpdate" and self._has_shared_dashboard() and self.takes_shared_dashboard(config):
            return False
        return config_values.default_of(option, port)

    def _ready_path(self, version: GowaVersion, base_path: str) -> str:
        return version.ready_path if version.has_health else base_path + version.ready_path


def _extra_arguments(config: JsonObject) -> list[str]:
    stored = config.get("args")
    return [str(word) for word in stored] if isinstance(stored, list) else []


def _extra_environment(config: JsonObject) -> dict[str, str]:
    stored = config.get("env")
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}


def _base_path(config: JsonObject) -> str:
    path = str(flags_of(config).get("basePath") or "").strip("/")
    return f"/{path}" if path else ""


def _users(config: JsonObject) -> tuple[tuple[str, str], ...]:
    logins = flags_of(config).get("basicAuth")
    if not isinstance(logins, list):
        return ()
    return tuple((str(entry.get("username", "")), str(entry.get("password", ""))) for entry in logins if isinstance(entry, dict))


def _closest(key: str) -> str | None:
    by_lower = {option.key.lower(): option.key for option in OPTIONS}
    folded = key.replace("_", "").replace("-", "").lower()
    return by_lower.get(folded) or next((k for low, k in by_lower.items() if folded and low.startswith(folded)), None)
