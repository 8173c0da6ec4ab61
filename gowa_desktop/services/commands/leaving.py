"""`quit`: ends the running program, and with `--stop-instances` what it leaves running; installers need both.

What an instance should be doing stays as it is, so that the next run of the program, perhaps a newer one, brings the same set back.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError, NotRunningError
from gowa_desktop.infra import process_tree
from gowa_desktop.infra.directories import DirectoryManager
from gowa_desktop.infra.identity_records import read_identity
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.infra.process_tree import ProcessRef
from gowa_desktop.services.commands.command_client import READ_TIMEOUT_S, CommandClient
from gowa_desktop.services.commands.command_protocol import Request, Verb
from gowa_desktop.services.single_instance import running_pid

if TYPE_CHECKING:
    from pathlib import Path

_GONE_WITHIN_S = 30.0
_GRACE_S = 20.0
"""How long an instance may take to end by itself."""
_LOOK_S = 0.1


def leave(data_dir: Path, *, stops_instances: bool) -> None:
    """End the program that works on a data directory; returns when it is gone.

    Args:
        data_dir: whose program.
        stops_instances: end the instances as well, those of an earlier run included; then no program needs to run.

    Raises:
        NotRunningError: there is no program, and instances are not to be stopped.
        GowaError: it, or an instance, does not end.
    """
    try:
        with CommandClient.connect(data_dir) as client:
            client.ask(Request(Verb.QUIT, {}), lambda _: None, READ_TIMEOUT_S)
    except NotRunningError:
        if not stops_instances:
            raise
    else:
        _wait_until_gone(data_dir)
    if stops_instances:
        stop_left_running(DataPaths(data_dir))


def stop_left_running(paths: DataPaths) -> None:
    """End every instance that an identity record names and that still runs: politely, then by force.

    Raises:
        GowaError: one runs on all the same.
    """
    refs = _recorded(paths)
    trees = [one for ref in refs for one in (ref, *process_tree.descendants(ref))]
    for ref in refs:
        process_tree.ask_to_stop(ref)
    _wait_for(refs, _GRACE_S)
    process_tree.kill(trees)
    if _wait_for(trees, _GRACE_S):
        raise GowaError("An instance of GOWA does not end.", "End it with the system's task manager and try again.")


def _recorded(paths: DataPaths) -> list[ProcessRef]:
    directories = DirectoryManager(paths)
    identities = [
        read_identity(directories.identity_file(int(folder.name))) for folder in _folders(paths.instances) if folder.name.isdecimal()
    ]
    return [ProcessRef(one.pid, one.start_time, "") for one in identities if one is not None and process_tree.matches(one)]


def _folders(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.is_dir() else []


def _wait_for(refs: list[ProcessRef], seconds: float) -> bool:
    """Wait until all are gone; True when one is left."""
    deadline = time.monotonic() + seconds
    while any(process_tree.is_alive(ref) for ref in refs):
        if time.monotonic() > deadline:
            return True
        time.sleep(_LOOK_S)
    return False


def _wait_until_gone(data_dir: Path) -> None:
    deadline = time.monotonic() + _GONE_WITHIN_S
    while running_pid(data_dir) is not None:
        if time.monotonic() > deadline:
            raise GowaError("GOWA Desktop was asked to quit and does not.", "End it with the system's task manager and try again.")
        time.sleep(_LOOK_S)
