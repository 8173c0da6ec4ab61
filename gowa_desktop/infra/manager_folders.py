"""Finds data folders of gowa-manager in the places where it is usually put. Only looks: opens no file, takes no lock."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.infra.file_locks import lock_holders
from gowa_desktop.infra.paths import DataPaths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_INSTANCES = 1_000
"""Folders counted at most."""
_BELOW_HOME = ("data", "gowa-manager/data", "gowa-manager", ".gowa-manager/data", ".gowa-manager", "Documents/gowa-manager/data",
               "Downloads/data", "Downloads/gowa-manager/data")
_ELSEWHERE = ("/opt/gowa-manager/data", "/var/lib/gowa-manager", "/app/data")


@dataclass(frozen=True, slots=True)
class ManagerFolder:
    """A data folder of gowa-manager."""

    path: Path
    instances: int
    """How many instance folders it has, at most `MOST_INSTANCES`."""
    is_in_use: bool
    """Whether a gowa-manager works on it now, where the system tells without a lock being tried."""


def usual_places() -> list[Path]:
    """Give where gowa-manager's data may be: its default is `data` in the folder it was started in, `DATA_DIR` names another."""
    named = os.environ.get("DATA_DIR", "")
    return [*([Path(named)] if named else []), *(Path.home() / part for part in _BELOW_HOME), *map(Path, _ELSEWHERE)]


def find_manager_folders(places: Iterable[Path], own: Path) -> list[ManagerFolder]:
    """Give those places that hold gowa-manager's data, each once, without our own data folder. Reads a few names; raises nothing."""
    found: dict[str, ManagerFolder] = {}
    for place in places:
        path = Path(os.path.realpath(place))
        if path != Path(os.path.realpath(own)) and str(path) not in found and _is_one(path):
            lock = path / ".gowa-manager.lock"
            found[str(path)] = ManagerFolder(path, sum(1 for _ in islice(_instances(path), MOST_INSTANCES)), bool(lock_holders([lock])))
    return list(found.values())


def _is_one(path: Path) -> bool:
    paths = DataPaths(path)
    try:
        # Where our lock lies the folder is one of ours by now, or was from the beginning.
        return paths.database.is_file() and paths.instances.is_dir() and not paths.lock_file.exists() and os.access(path, os.R_OK | os.W_OK)
    except OSError:
        return False


def _instances(path: Path) -> Iterator[str]:
    try:
        with os.scandir(DataPaths(path).instances) as entries:
            yield from (entry.name for entry in entries if entry.name.isdecimal() and entry.is_dir(follow_symlinks=False))
    except OSError:
        return
