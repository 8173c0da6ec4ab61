"""The settings of one instance as a list for front ends without a form: every option, its value, and whether it was changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_pieces import ARGS, WEBHOOKS, piece_label, split, variable_in
from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.redaction import masked_text, masked_variable, masked_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option


def listing(config: JsonObject, options: Sequence[Option], port: int | None, *, is_revealed: bool) -> list[Json]:
    """List options in the order of the form, then extras. Secrets are masked unless `is_revealed`; raw values come only then."""
    parser = ConfigParser()
    rows: list[Json] = []
    for option in options:
        value = parser.value(config, option, port)
        shown = env_text(option, value) if is_revealed and value not in (None, "", []) else masked_text(option, value)
        row: JsonObject = {
            "key": option.key, "label": option.label, "section": option.section.title, "value": shown,
            "is_changed": parser.is_overridden(config, option.key),
        }  # fmt: skip
        rows.append({**row, "raw": value} if is_revealed else row)
    known = {option.key for option in options}
    return [*rows, *(_extra(piece, value, is_revealed=is_revealed) for piece, value in split(config).items() if piece not in known)]


def _extra(piece: str, value: Json, *, is_revealed: bool) -> JsonObject:
    variable = variable_in(piece)
    row: JsonObject = {
        "key": piece if variable is None else f"env.{variable}", "label": piece_label(piece), "section": "Extra",
        "value": _shown(piece, variable, value, is_revealed=is_revealed), "is_changed": True,
    }  # fmt: skip
    return {**row, "raw": value} if is_revealed else row


def _shown(piece: str, variable: str | None, value: Json, *, is_revealed: bool) -> str:
    if variable is not None:
        return str(value) if is_revealed else masked_variable(variable, str(value))
    if piece == ARGS and isinstance(value, list):
        return " ".join(str(word) if is_revealed else masked_word(str(word)) for word in value)
    if piece == DISABLED_WEBHOOKS:
        return masked_text(BY_KEY[WEBHOOKS], value) if not is_revealed else env_text(None, value)
    return json.dumps(value) if is_revealed else "set"  # nobody knows whether it is a secret
