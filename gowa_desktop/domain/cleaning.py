"""What a clean-up of media would take, and what it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gowa_desktop.domain.errors import SettingInvalidError

LONGEST_DAYS = 3650


class CleanFile(NamedTuple):
    """One file: place relative to the instance folder with slashes, size, seconds since the epoch of its last change."""

    place: str
    size_bytes: int
    changed_at: float


@dataclass(frozen=True, slots=True)
class CleaningPreview:
    """What would go.

    `examples` are the largest of the files, largest first; `oldest_at` is in seconds since the epoch, 0 without files.
    """

    file_count: int
    total_bytes: int
    oldest_at: float = 0.0
    examples: tuple[CleanFile, ...] = ()


@dataclass(frozen=True, slots=True)
class CleaningResult:
    """What went, and how many files the system refused to remove."""

    file_count: int
    freed_bytes: int
    refused_count: int = 0


def check_days(days: int) -> None:
    """Check for how many days media are to be kept.

    Raises:
        SettingInvalidError: out of 1 to 3650.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise SettingInvalidError(f"Media are kept for 1 to {LONGEST_DAYS} days.", "Choose a number of days between them.")
