"""What lies in the trash, as front ends see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class TrashedInstance:
    """A deleted instance with its data, or the data that a reset took away from one that is still there."""

    folder: str
    """Names it for the trash; two of the same instance differ in it."""
    id: int
    key: str
    name: str
    port: int | None
    gowa_version: str
    trashed_at: datetime
    goes_at: datetime
    """When it is swept away for good, at the next start of the program after that."""
    is_data_only: bool
    """True when the instance exists, so that only its data can be put back."""
