"""How answers about settings read on a terminal. Pure text; prints nothing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gowa_desktop.cli.command_output import lay_out
from gowa_desktop.cli.speech import told, word, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject

_NO_TEMPLATES = "There are no templates yet. Save one with: gowa-desktop config templates save NAME TEMPLATE"


def config_table(settings: Sequence[JsonObject]) -> str:
    """Lay out `config show`: a block for each section, a star before what differs from the default."""
    rows = [["*" if one["is_changed"] else "", _shown(one["key"]), _shown(one["value"]), _shown(told(str(one["label"])))] for one in settings]
    lines = lay_out(["", *words("Option", "Value", "Meaning")], rows).splitlines()
    parts = [lines[0]]
    for section, group in groupby(zip(settings, lines[1:], strict=True), key=lambda pair: pair[0]["section"]):
        parts += ["", word(str(section)), *(line for _, line in group)]
    return "\n".join(parts)


def template_table(templates: Sequence[JsonObject]) -> str:
    """Lay out `config templates list`."""
    if not templates:
        return told(_NO_TEMPLATES)
    return "\n".join(f"{_shown(one['name'])}\n{_contents(one)}" for one in templates)


def _contents(template: JsonObject) -> str:
    settings = template["settings"]
    if template["problem"] is not None or not isinstance(settings, list):
        return f"  {told(str(template['problem']))}"
    return "\n".join(f"  {_shown(told(str(one['label'])))}: {_shown(one['value'])}" for one in settings if isinstance(one, dict))


def _shown(value: Json) -> str:
    """Write a value on one line; what moves the cursor is spelled out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value))
