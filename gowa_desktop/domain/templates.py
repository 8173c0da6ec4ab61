"""ConfigTemplate: settings with a name, to be applied to any number of instances; and what names they may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import NameTakenError
from gowa_desktop.domain.names import clean_name, name_identity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gowa_desktop.domain.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class ConfigTemplate:
    """One stored template. `config` has the shape of an instance's and may hold secrets, when they were asked for."""

    id: int
    name: str
    config: JsonObject
    created_at: datetime
    updated_at: datetime
    config_error: str | None = None
    """Why the stored settings could not be read."""


def check_template_name(name: str, taken: Iterable[str]) -> str:
    """Check a template's name and give its cleaned form; what is allowed is what is for instances.

    Raises:
        NameInvalidError: empty, too long or with characters that do not belong in a name.
        NameTakenError: another template has it, whatever its case.
    """
    cleaned = clean_name(name)
    if name_identity(cleaned) in {name_identity(other) for other in taken}:
        raise NameTakenError(f"There is already a template named {cleaned}.", "Choose another name.")
    return cleaned
