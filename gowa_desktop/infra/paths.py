"""Where things are: the data directory and its parts, and the program's own resources."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from gowa_desktop.infra.folder_access import check_writable, make_folder

APP_NAME = "gowa-desktop"


def default_data_dir() -> Path:
    """Give the person's data directory for this program; it need not exist."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False, roaming=False))


def resources_dir() -> Path:
    """Give the folder of icons and other read-only files, in a checkout, an installed wheel or a frozen program."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parents[1]
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


@dataclass(frozen=True, slots=True)
class DataPaths:
    """The data directory, laid out as gowa-manager does it, plus our own files."""

    root: Path

    @property
    def versions(self) -> Path:
        """Installed GOWA versions, a folder per tag."""
        return self.root / "bin" / "versions"

    @property
    def dashboard(self) -> Path:
        """The copy of GOWA's dashboard that all instances share."""
        return self.root / "bin" / "ui"

    @property
    def instances(self) -> Path:
        """The folders of the instances, named by id."""
        return self.root / "instances"

    @property
    def trash(self) -> Path:
        """Deleted and reset folders, kept for seven days."""
        return self.root / ".trash"

    @property
    def release_list(self) -> Path:
        """What the release server told last."""
        return self.root / "releases.json"

    @property
    def program_release_list(self) -> Path:
        """What the release server told last of this program itself."""
        return self.root / "program-releases.json"

    @property
    def updates(self) -> Path:
        """The journal of the update under way, and the reports of earlier ones."""
        return self.root / "updates"

    @property
    def lock_file(self) -> Path:
        """Held by the one program that works on this directory."""
        return self.root / "gowa-desktop.lock"

    @property
    def database(self) -> Path:
        """The database."""
        return self.root / "gowa.db"

    @property
    def database_files(self) -> tuple[Path, ...]:
        """The database and what SQLite keeps beside it: its locks are on all of them."""
        return (self.database, *(self.root / f"gowa.db-{suffix}" for suffix in ("shm", "wal")))

    @property
    def usage(self) -> Path:
        """The history of what instances used."""
        return self.root / "usage.db"

    @property
    def window_state(self) -> Path:
        """Geometry and columns of the window."""
        return self.root / "window.ini"

    @property
    def notices(self) -> Path:
        """What happened that a person should hear of."""
        return self.root / "notices.json"

    @property
    def log_file(self) -> Path:
        """The program's own log."""
        return self.root / "gowa-desktop.log"

    def ensure(self) -> None:
        """Make the directory, private to the person.

        Raises:
            FolderError: it cannot be made or written.
        """
        make_folder(self.root)
        check_writable(self.root)
