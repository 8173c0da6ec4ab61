"""ConfigParser: the single source of defaults, merging, validation and the launch of a GOWA process.

Settings reach GOWA through the environment, because there it beats flags since v6 and argv is visible to every local user
(GOWA facts 1.1 and 1.3). Only what the version knows is passed, only non-empty values (an empty one counts as unset).
"""

from __future__ import annotations

import json
import re
import secrets
import string
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.connection import ConnectionDetails
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.instance import LaunchSpec
from gowa_desktop.domain.log_lines import hide_secrets
from gowa_desktop.domain.option_values import check_value, env_text, parse_text, secrets_in, unusable_text
from gowa_desktop.domain.options import ANY_ADDRESS, BY_KEY, ENVIRONMENT_NAMES, OPTIONS, OptionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.instance import Instance, ProcessIdentity
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.versions import GowaVersion

LOOPBACK = "127.0.0.1"
UNREADABLE_ADVICE = "Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are."

_DEFAULT_FLAGS: JsonObject = {"host": LOOPBACK, "mcpEnabled": False}
"""Safer than GOWA's own, which listens on every address and offers MCP without a password."""

_INHERITED = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "USERPROFILE", "USERNAME", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA",
    "PROGRAMDATA", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "TMPDIR", "LANG", "LANGUAGE", "TZ",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_RUNTIME_DIR",
})  # fmt: skip
_SECRET_ALPHABET = string.ascii_letters + string.digits


class ConfigParser:
    """Turns stored configs into what GOWA is started with. Pure: no files, no clock, no process."""

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

    def new_secrets(self) -> JsonObject:
        """Make the overrides that every new instance gets: a webhook secret nobody can guess."""
        return {"flags": {"webhookSecret": self.generate_secret()}}

    def generate_secret(self, length: int = 32) -> str:
        """Make a random secret of letters and digits, safe in every place GOWA reads one."""
        return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(length))

    def merge(self, base: JsonObject, overrides: JsonObject) -> JsonObject:
        """Lay overrides over a base, object by object; lists and values replace, unknown keys stay."""
        merged = deepcopy(base)
        for key, value in overrides.items():
            below = merged.get(key)
            merged[key] = self.merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else deepcopy(value)
        return merged

    def effective_flags(self, config: JsonObject, port: int | None = None) -> JsonObject:
        """Give our defaults with the overrides of a config over them."""
        defaults = dict(_DEFAULT_FLAGS)
        if port is not None:
            # Without this any web page in the person's browser may drive the API (GOWA facts 3.1).
            defaults["corsAllowedOrigins"] = [f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"]
        return self.merge(defaults, self._flags(config))

    def check(self, config: JsonObject) -> dict[str, str]:
        """Check every known option; the result maps config key to a sentence and is empty when all is well."""
        flags = self._flags(config)
        problems = {key: problem for key, value in flags.items() if (problem := check_value(BY_KEY.get(key), value))}
        if "flags" in config and not isinstance(config["flags"], dict):
            problems["flags"] = "The settings under “flags” are no JSON object."
        for key in ("port",):
            if key in flags:
                problems[key] = "The port is set for the instance itself, not among its options."
        problems.update(self._check_extras(config))
        return problems

    def validate(self, config: JsonObject) -> None:
        """Check a config.

        Raises:
            ConfigInvalidError: an option has a value that GOWA would refuse or misread; the first problem is named.
        """
        for key, problem in self.check(config).items():
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
            close = self._closest(key.strip())
            hint = f"Did you mean {close}?" if close else "Options are named as in the config, such as debug or webhooks."
            raise ConfigInvalidError(f"There is no option named “{key.strip()[:60]}”.", hint)
        value = parse_text(option, text)
        flags = self._flags(config)
        if option.kind in {OptionKind.LIST, OptionKind.LOGINS} and isinstance(value, list):
            existing = flags.get(option.key)
            value = [*(existing if isinstance(existing, list) else []), *value]
        changed = self.merge(config, {"flags": {option.key: value}})
        self.validate(changed)
        return changed

    def launch_spec(
        self,
        instance: Instance,
        version: GowaVersion,
        command: tuple[Path, tuple[str, ...]],
        folders: tuple[Path, Path],
        inherited: Mapping[str, str],
    ) -> LaunchSpec:
        """Make the one description of how this instance is started.

        Args:
            instance: the instance; its port must be set.
            version: the resolved version.
            command: program and the words that come before GOWA's own, if any.
            folders: working directory and log file.
            inherited: the environment of this program, from which only harmless names are taken.

        Raises:
            ConfigInvalidError: the stored settings are unreadable or a value is wrong.
        """
        if instance.config_error is not None:
            raise ConfigInvalidError(instance.config_error, UNREADABLE_ADVICE)
        if instance.port is None:
            raise ConfigInvalidError("The instance has no port.", "Give it one.")
        self.validate(instance.config)
        flags = self._passed_flags(instance, version)
        program, prefix = command
        base_path = self.base_path(instance, version)
        return LaunchSpec(
            program=program,
            arguments=(*prefix, *self._arguments(flags, version), *self._extra_arguments(instance.config)),
            environment=self._environment(instance.config, flags, version, inherited),
            working_directory=folders[0],
            log_file=folders[1],
            host=str(flags.get("host", ANY_ADDRESS)) if version.has_host else ANY_ADDRESS,
            port=instance.port,
            version=version.tag,
            ready_path=version.ready_path if version.has_health else base_path + version.ready_path,
            ready_needs_ok=version.has_health,
        )

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
            ready_path=version.ready_path if version.has_health else base_path + version.ready_path,
            ready_needs_ok=version.has_health,
        )

    def base_path(self, instance: Instance, version: GowaVersion) -> str:
        """Give the path before every address but `/health`; empty, or with a leading and no trailing slash."""
        return self._base_path(self._flags(instance.config)) if BY_KEY["basePath"].known_by(version) else ""

    def host(self, instance: Instance, version: GowaVersion | None) -> str:
        """Give the address an instance listens on."""
        if version is not None and not version.has_host:
            return ANY_ADDRESS  # older GOWA listens on every address, whatever we say
        return str(self.effective_flags(instance.config).get("host") or LOOPBACK)

    def connection(self, instance: Instance, version: GowaVersion | None) -> ConnectionDetails:
        """Give the addresses and sign-ins of an instance."""
        flags = self.effective_flags(instance.config, instance.port)
        listens_on = self.host(instance, version)
        shown = LOOPBACK if listens_on in {"", ANY_ADDRESS, "::", "localhost"} else listens_on
        shown = f"[{shown}]" if ":" in shown else shown
        base_path = self._base_path(flags) if version is None or version.at_least("v7.4.0") else ""
        base = f"http://{shown}:{instance.port}{base_path}"
        probe = "/app/devices" if version is not None and not version.has_devices else "/devices"
        return ConnectionDetails(base, self._users(flags), tuple(self._active_webhooks(flags)), probe)

    def secrets(self, config: JsonObject) -> frozenset[str]:
        """Give every secret text of a config, for masking."""
        found: set[str] = set()
        for key, value in self._flags(config).items():
            option = BY_KEY.get(key)
            if option is None or not option.is_secret:
                continue
            if isinstance(value, str) and option.text_format is None:
                found.add(value)  # a token, whatever it looks like
            else:
                found |= secrets_in(value)
        return frozenset(text for text in found if len(text) > 2)

    def redact(self, text: str, config: JsonObject) -> str:
        """Give the text with the secrets of a config masked."""
        return hide_secrets(text, self.secrets(config))

    def _flags(self, config: JsonObject) -> JsonObject:
        flags = config.get("flags")
        return flags if isinstance(flags, dict) else {}

    def _passed_flags(self, instance: Instance, version: GowaVersion) -> JsonObject:
        flags = self.effective_flags(instance.config, instance.port)
        flags["port"] = str(instance.port)
        flags["webhooks"] = cast("Json", self._active_webhooks(flags))
        return {
            key: value
            for key, value in flags.items()
            if (option := BY_KEY.get(key)) is not None and option.known_by(version)
        }

    def _active_webhooks(self, flags: JsonObject) -> list[str]:
        disabled = flags.get("disabledWebhooks")
        off = {str(url) for url in disabled} if isinstance(disabled, list) else set()
        webhooks = flags.get("webhooks")
        return [str(url) for url in webhooks if str(url) not in off] if isinstance(webhooks, list) else []

    def _environment(
        self, config: JsonObject, flags: JsonObject, version: GowaVersion, inherited: Mapping[str, str]
    ) -> dict[str, str]:
        environment = {n: v for n, v in inherited.items() if n.upper() in _INHERITED or n.startswith("LC_")}
        environment = {n: v for n, v in environment.items() if n not in ENVIRONMENT_NAMES}
        extra = config.get("env")
        if isinstance(extra, dict):
            environment.update({str(name): env_text(None, value) for name, value in extra.items()})
        if version.reads_environment:
            for key, value in flags.items():
                text = env_text(BY_KEY[key], value)
                if text:
                    environment[BY_KEY[key].env] = text
        return environment

    def _arguments(self, flags: JsonObject, version: GowaVersion) -> list[str]:
        arguments = ["rest"] if version.has_rest_subcommand else []
        if not version.reads_environment:
            for key, value in flags.items():
                option, text = BY_KEY[key], env_text(BY_KEY[key], value)
                if option.flag and text:
                    arguments.append(f"{option.flag}={text}")
        return arguments

    def _extra_arguments(self, config: JsonObject) -> list[str]:
        # gowa-manager stored the sub-command and the port among `args`; both are ours to say.
        stored = config.get("args")
        words = stored.split() if isinstance(stored, str) else [str(a) for a in stored] if isinstance(stored, list) else []
        kept = []
        remaining = iter(words)
        for word in remaining:
            if word in {"--port", "-p"}:
                next(remaining, None)  # its value is the next word
            elif word != "rest" and not word.startswith("--port=") and not re.fullmatch(r"-p=?(\d+|PORT)", word):
                kept.append(word)
        return kept

    def _check_extras(self, config: JsonObject) -> dict[str, str]:
        problems: dict[str, str] = {}
        args = config.get("args")
        words = args if isinstance(args, list) else [args] if isinstance(args, str) else []
        for word in words:
            if (problem := unusable_text(str(word))) is not None:
                problems["args"] = f"An extra argument cannot be passed. {problem}"
        env = config.get("env")
        if isinstance(env, dict):
            for name, value in env.items():
                if not name or "=" in name or "\x00" in name or "\x00" in str(value):
                    problems["env"] = f"“{name}” is no name of an environment variable, or its value has a NUL character."
                elif (problem := unusable_text(name + str(value))) is not None:
                    problems["env"] = f"An extra environment variable cannot be passed. {problem}"
        return problems

    def _base_path(self, flags: JsonObject) -> str:
        path = str(flags.get("basePath") or "").strip("/")
        return f"/{path}" if path else ""

    def _users(self, flags: JsonObject) -> tuple[tuple[str, str], ...]:
        logins = flags.get("basicAuth")
        if not isinstance(logins, list):
            return ()
        return tuple(
            (str(entry.get("username", "")), str(entry.get("password", ""))) for entry in logins if isinstance(entry, dict)
        )

    def _closest(self, key: str) -> str | None:
        by_lower = {option.key.lower(): option.key for option in OPTIONS}
        folded = key.replace("_", "").replace("-", "").lower()
        return by_lower.get(folded) or next((k for low, k in by_lower.items() if folded and low.startswith(folded)), None)
