"""Which part of the program answers which verb of the command line.

The socket server and the reader that works without a running program use the same handlers; neither sockets nor printing are
known here. What the verbs do is in the modules beside this one, by subject.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer

from gowa_desktop.domain.errors import AlreadyRunningError, GowaError, NotRunningError, UsageError
from gowa_desktop.domain.links import shortened
from gowa_desktop.services.commands.change_commands import ChangeCommands
from gowa_desktop.services.commands.command_answer import PendingOperations
from gowa_desktop.services.commands.command_protocol import READING_VERBS, Verb
from gowa_desktop.services.commands.config_commands import ConfigCommands
from gowa_desktop.services.commands.instance_commands import InstanceCommands
from gowa_desktop.services.commands.trash_commands import TrashCommands
from gowa_desktop.services.commands.version_commands import VersionCommands

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.commands.command_answer import Answer, Handler
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.commands.log_commands import LogCommands
    from gowa_desktop.services.commands.monitoring_commands import MonitoringCommands
    from gowa_desktop.services.commands.update_commands import UpdateCommands
    from gowa_desktop.services.configs.config_service import ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.versions.version_manager import VersionManager

_LOG = logging.getLogger(__name__)
_ANSWER_MS = 100
"""The answer leaves before the program does."""


class CommandHandlers:
    """Carries out requests through the facade. Main thread; operations go on when the one who asked is gone.

    `raise_window` gets the link to open, mostly empty; it is None when the program runs without a window.
    """

    def __init__(
        self,
        instances: InstanceService,
        versions: VersionManager,
        configs: ConfigService,
        raise_window: Callable[[str], None] | None = None,
        *,
        updates: UpdateCommands | None = None,
        logs: LogCommands | None = None,
        monitoring: MonitoringCommands | None = None,
        is_offline: bool = False,
    ) -> None:
        self._raise_window = raise_window
        self._is_offline = is_offline
        pending = PendingOperations()
        self._handlers: dict[str, Handler] = {
            Verb.RAISE: self._raise,
            Verb.QUIT: _quit,
            **InstanceCommands(instances, versions, pending).handlers(),
            **ChangeCommands(instances).handlers(),
            **ConfigCommands(instances, configs, pending).handlers(),
            **TrashCommands(instances, pending).handlers(),
            **VersionCommands(versions, pending, is_offline=is_offline).handlers(),
            **(updates.handlers() if updates is not None else {}),
            **(logs.handlers() if logs is not None else {}),
            **(monitoring.handlers() if monitoring is not None else {}),
        }

    def handle(self, request: Request, answer: Answer) -> None:
        """Carry a request out; the answer comes now or when its operations have finished. Raises nothing."""
        try:
            self._dispatch(request, answer)
        except GowaError as error:
            answer.fail(error)
        except Exception as error:  # noqa: BLE001 - the one who asks would otherwise wait for ever
            _LOG.exception("The command %s failed", request.verb[:60])
            # The text of an unforeseen error may hold a secret; its kind does not.
            problem = f"Something went wrong inside GOWA Desktop ({type(error).__name__})."
            answer.fail(GowaError(problem, "The details are in gowa-desktop.log in its data folder."))

    def _dispatch(self, request: Request, answer: Answer) -> None:
        if self._is_offline and request.verb not in READING_VERBS:
            raise NotRunningError("GOWA Desktop is not running.", "Start it and try again.")
        handler = self._handlers.get(request.verb)
        if handler is None:
            raise UsageError(f"There is no command “{request.verb[:60]}”.", "See gowa-desktop --help.")
        handler(request, answer)

    def _raise(self, request: Request, answer: Answer) -> None:
        if self._raise_window is None:
            raise AlreadyRunningError(
                "GOWA Desktop is already running without a window on this data folder.",
                "Use the command line, quit it first, or choose another folder with --data-dir.",
            )
        if token := request.optional_text("activation_token"):
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it when a window asks for attention
        self._raise_window(shortened(request.optional_text("link") or ""))
        answer.succeed(None)


def _quit(_request: Request, answer: Answer) -> None:
    """End as on SIGTERM: nothing is asked, instances go on."""
    answer.succeed(None)
    application = QCoreApplication.instance()
    if application is not None:
        QTimer.singleShot(_ANSWER_MS, application, _end_application)


def _end_application() -> None:
    # Not `quit`: that closes the windows first, and a window may ask back.
    QCoreApplication.exit(0)
