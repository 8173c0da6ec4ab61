"""SnapshotService: makes, lists, restores and deletes copies of the databases of instances."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.errors import ConflictError, GowaError, NotFoundError
from gowa_desktop.domain.instance import LATEST, DesiredState, InstanceChanges
from gowa_desktop.domain.update_plan import must_move_chat_store
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.services.flow import finished, on_worker, run_flow
from gowa_desktop.services.operation import Operation
from gowa_desktop.store.chat_store import kind_of_chat_store
from gowa_desktop.store.data_marks import read_data_mark, write_data_mark
from gowa_desktop.store.snapshot_files import list_snapshots, remove_snapshot, sweep_unfinished
from gowa_desktop.store.snapshot_restore import unfinished_restore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.snapshots import Snapshot
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.flow import Flow
    from gowa_desktop.services.instance_catalog import InstanceCatalog
    from gowa_desktop.services.maintenance import Maintenance
    from gowa_desktop.services.snapshot_maker import SnapshotMaker
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.version_manager import VersionManager
