"""Finds and removes media in an instance folder. Follows no link, and never touches a database, whatever it is told."""

from __future__ import annotations

import contextlib
import heapq
import os
import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.cleaning import CleanFile, CleaningPreview, CleaningResult
from gowa_desktop.domain.folder_parts import MEDIA_FOLDER, is_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_EXAMPLES = 200
_PLACES = ("statics", "storages")
_EMPTY_FOR_S = 86_400.0
"""An empty folder of a chat goes after a day only: GOWA makes it a moment before it writes into it."""
_REST_EVERY = 200
_REST_S = 0.002


def preview(folder: Path, chooses: Callable[[CleanFile], bool]) -> CleaningPreview:
    """Say what a clean-up would take. Blocks; for workers."""
    count, total, oldest = 0, 0, float("inf")
    largest: list[tuple[int, CleanFile]] = []
    for file in _chosen(folder, chooses):
        count += 1
        total += file.size_bytes
        oldest = min(oldest, file.changed_at)
        if len(largest) < _EXAMPLES:
            heapq.heappush(largest, (file.size_bytes, file))
        else:
            heapq.heappushpop(largest, (file.size_bytes, file))
    examples = tuple(file for _, file in sorted(largest, reverse=True))
    return CleaningPreview(count, total, oldest if count else 0.0, examples)


def clean(folder: Path, chooses: Callable[[CleanFile], bool]) -> CleaningResult:
    """Remove files; one that cannot be removed is counted and passed over. Blocks; for workers."""
    count, freed, refused = 0, 0, 0
    for file in _chosen(folder, chooses):
        try:
            os.unlink(folder / file.place)  # noqa: PTH108 - the twin of the listing below
        except FileNotFoundError:
            continue
        except OSError:
            refused += 1
            continue
        count += 1
        freed += file.size_bytes
        if count % _REST_EVERY == 0:
            time.sleep(_REST_S)
    _remove_empty_folders(folder)
    return CleaningResult(count, freed, refused)


def _chosen(folder: Path, chooses: Callable[[CleanFile], bool]) -> Iterator[CleanFile]:
    for place in _PLACES:
        for file in _files(os.fspath(folder), place):
            if not is_database(file.place) and chooses(file):
                yield file


def _files(root: str, place: str) -> Iterator[CleanFile]:
    """Give the regular files below a place; a link, and whatever lies behind it, is no file of ours."""
    if os.path.islink(root) or os.path.islink(f"{root}/{place}"):  # noqa: PTH114
        return
    pending = [place]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(f"{root}/{here}") as entries:
                listed = list(entries)
        except OSError:
            continue
        for entry in listed:
            with contextlib.suppress(OSError):  # GOWA removes files at any moment
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{here}/{entry.name}")
                elif entry.is_file(follow_symlinks=False):
                    facts = entry.stat(follow_symlinks=False)
                    yield CleanFile(f"{here}/{entry.name}", facts.st_size, facts.st_mtime)


def _remove_empty_folders(folder: Path) -> None:
    media = os.fspath(folder / MEDIA_FOLDER)
    if os.path.islink(media):  # noqa: PTH114
        return
    for here, _, _ in os.walk(media, topdown=False):
        with contextlib.suppress(OSError):  # not empty, nearly always
            if here != media and time.time() - os.stat(here).st_mtime > _EMPTY_FOR_S:  # noqa: PTH116
                os.rmdir(here)  # noqa: PTH106
