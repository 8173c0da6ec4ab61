"""Settings of one instance as a file: JSON that carries everything, or `.env` that GOWA itself could read.

A `.env` cannot carry extra arguments, switched-off webhooks, values that must be empty, and the few texts that no quoting saves;
what is left out is told.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.config_pieces import WEBHOOKS, joined, piece_label, secret_pieces, split, without_pieces
from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS, active_webhooks, flags_of, normalize
from gowa_desktop.domain.dotenv import parse_dotenv, quoted
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_ENVIRONMENT, BY_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option

_FORMAT = "gowa-desktop-settings"
_FORMAT_VERSION = 1
_PORT_IGNORED = "The port: it belongs to the instance and stays as it is."
_NO_SETTINGS = "The file holds no settings of an instance."
_ADVICE = "Choose a file that GOWA Desktop or gowa-manager wrote, or a .env for GOWA."


class FileFormat(StrEnum):
    """How settings are written to a file."""

    JSON = "json"
    ENV = "env"


@dataclass(frozen=True, slots=True)
class ExportedSettings:
    """The text of a file, and what it does not have."""

    text: str
    secrets_left_out: tuple[str, ...] = ()
    """Labels of settings that hold secrets which were not asked for."""
    not_carried: tuple[str, ...] = ()
    """Labels of settings that this format cannot carry."""


@dataclass(frozen=True, slots=True)
class ImportedSettings:
    """What a file says, in the present shape of a config, not checked yet. May hold secrets."""

    config: JsonObject
    ignored: tuple[str, ...] = ()
    """What was not taken over, a sentence each."""


def export_settings(
    config: JsonObject, file_format: FileFormat, name: str, *, with_secrets: bool, discovered: Sequence[Option] = ()
) -> ExportedSettings:
    """Write what differs from the defaults.

    Args:
        config: of an instance, in the present shape.
        file_format: JSON or `.env`.
        name: of the instance, for people who look into the file.
        with_secrets: False leaves out every setting that holds a secret, or may.
        discovered: options of the instance's version that the table does not know.
    """
    left_out = frozenset() if with_secrets else secret_pieces(config, discovered)
    labels = tuple(sorted(piece_label(piece, discovered) for piece in left_out - {DISABLED_WEBHOOKS}))
    shared = without_pieces(config, left_out)
    if file_format is FileFormat.ENV:
        return _export_env(shared, name, labels, discovered)
    document = {"format": _FORMAT, "format_version": _FORMAT_VERSION, "name": name, "left_out": list(labels), "settings": shared}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return ExportedSettings((text if _is_text(text) else json.dumps(document, indent=2)) + "\n", labels)


def import_settings(text: str, environment: Mapping[str, str]) -> ImportedSettings:
    """Read settings from the text of a file of either format.

    Args:
        text: what the file holds.
        environment: what `$NAME` in a `.env` stands for.

    Raises:
        ConfigInvalidError: it is neither.
    """
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _import_json(text.removeprefix("\ufeff"))
    return _import_env(parse_dotenv(text, environment))


def _export_env(config: JsonObject, name: str, secret_labels: tuple[str, ...], discovered: Sequence[Option]) -> ExportedSettings:
    pieces = split(config)
    if WEBHOOKS in pieces and pieces.get(DISABLED_WEBHOOKS):
        pieces[WEBHOOKS] = [*active_webhooks(flags_of(config))]
    lines = {piece: _line(piece, value) for piece, value in pieces.items()}
    not_carried = tuple(piece_label(piece, discovered) for piece, line in lines.items() if line is None)
    head = [f"# Settings of {' '.join(name.split())} that differ from the defaults of GOWA Desktop."]
    if secret_labels:
        head.append(f"# Left out because they hold secrets: {_one_line(secret_labels)}.")
    if not_carried:
        head.append(f"# Left out because a .env cannot carry them: {_one_line(not_carried)}.")
    return ExportedSettings("\n".join([*head, *(line for line in lines.values() if line is not None), ""]), secret_labels, not_carried)


def _line(piece: str, value: Json) -> str | None:
    """Write one part; None when reading it would give something else."""
    option, part = BY_KEY.get(piece), joined({piece: value})
    name = option.env if option is not None else next(iter(variables), "") if isinstance(variables := part.get("env"), dict) else ""
    text = env_text(option, value)
    written = quoted(text) if name and _is_text(name + text) else None
    if written is None:
        return None
    line = f"{name}={written}"
    try:
        is_carried = _import_env(parse_dotenv(line, {})).config == part
    except ConfigInvalidError:
        is_carried = False
    return line if is_carried else None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def _one_line(labels: Sequence[str]) -> str:
    return ", ".join(" ".join(label.split()) for label in labels)


def _import_env(found: Mapping[str, str]) -> ImportedSettings:
    # GOWA reads the names in a `.env` whatever their case, but those of the environment exactly.
    values: JsonObject = {name.upper() if name.upper() in BY_ENVIRONMENT else name: value for name, value in found.items()}
    ignored = (_PORT_IGNORED,) if values.pop(BY_KEY["port"].env, None) else ()
    return ImportedSettings(normalize({"env": values}) if values else {}, ignored)


def _import_json(text: str) -> ImportedSettings:
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ConfigInvalidError(f"The file cannot be read as JSON{place}.", "Correct it, or export it anew.") from error
    if not isinstance(document, dict):
        raise ConfigInvalidError(_NO_SETTINGS, _ADVICE)
    settings = _settings_in(cast("JsonObject", document))
    flags = settings.get("flags")
    if flags is not None and not isinstance(flags, dict):
        raise ConfigInvalidError("The settings under “flags” are no JSON object.", _ADVICE)
    config = normalize(settings)
    ignored = (_PORT_IGNORED,) if flags_of(config).pop("port", None) is not None else ()
    return ImportedSettings(config, ignored)


def _settings_in(document: JsonObject) -> JsonObject:
    if document.get("format") == _FORMAT:
        version = document.get("format_version")
        if not isinstance(version, int) or version > _FORMAT_VERSION:
            raise ConfigInvalidError("The file was written by a newer GOWA Desktop.", "Install the newer GOWA Desktop to import it.")
        settings = document.get("settings")
    else:
        settings = document if document.keys() & {"flags", "args", "env", "envVars"} else None
    if not isinstance(settings, dict):
        raise ConfigInvalidError(_NO_SETTINGS, _ADVICE)
    return deepcopy(settings)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
