"""InstanceDefinition: all that a person decided about an instance, as it must survive the loss of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

ColumnValue: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class InstanceDefinition:
    """One instance as its row says it, without what it is seen to be doing. Holds secrets.

    The columns are kept as they are stored: what cannot be read today, such as a damaged config, is not lost on the way.
    """

    id: int
    revision: int
    """Counts the changes of the row; of two definitions of an instance the one with the higher number is newer."""
    columns: Mapping[str, ColumnValue]
    """Values by column name, `key` and `name` among them, without `id`."""

    @property
    def key(self) -> str:
        """The 8-character key that names the instance for ever."""
        return str(self.columns["key"])

    @property
    def name(self) -> str:
        """What the person calls it."""
        return str(self.columns["name"])
