"""The entry: reads the command line, then becomes the window, a program without one, a self-test or a client of the running one.

Whatever happens, a person gets a sentence and never a stack trace; that goes to the log. Graphics are imported on the window's
branch only.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop import __version__
from gowa_desktop.bare_imports import import_qt
from gowa_desktop.cli.command_line import Invocation, Mode, parse
from gowa_desktop.cli.console import abandon_output, complain, prepare_console, tell
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.log_lines import hide_likely_secrets
from gowa_desktop.infra.windows_stop import HELPER_ARGUMENT, WindowsConsole, send_ctrl_c
from gowa_desktop.services.commands.command_protocol import ExitCode, Request, Verb, exit_code_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    from gowa_desktop.services.commands.command_handlers import CommandHandlers

_INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended."""
_SIMULATOR = "--simulator"
"""Makes the frozen program its own stand-in for GOWA; `VersionManager.command` says so, people need not know."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the answer is its exit code."""
    prepare_console()
    arguments = list(sys.argv[1:] if argv is None else argv)
    invocation: Invocation | None = None
    try:
        if arguments[:1] in ([_SIMULATOR], [HELPER_ARGUMENT]):
            code = _run_hidden(arguments)
        else:
            invocation = parse(arguments)
            code = _run(invocation)
        sys.stdout.flush()
    except GowaError as error:
        complain(str(error))
        return int(exit_code_for(error))
    except SystemExit as error:  # argparse has printed its help
        return error.code if isinstance(error.code, int) else ExitCode.DONE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        abandon_output()
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - the last line of defence
        report_crash(error, invocation)
        return ExitCode.FAILED
    return code


def report_crash(error: BaseException, invocation: Invocation | None) -> None:
    """Tell of a fault inside the program: a sentence on the terminal, the stack trace in the log."""
    details = "".join(traceback.format_exception(error))
    if os.environ.get("GOWA_DESKTOP_DEBUG") or (invocation is not None and invocation.is_verbose):
        complain(details.rstrip())
    summary = (str(error).strip().splitlines() or [""])[0][:200] or type(error).__name__
    place = _write_to_log(details, invocation)
    where = f"The details are in {place}." if place else "Set GOWA_DESKTOP_DEBUG=1 to see the details."
    complain(f"Something went wrong inside GOWA Desktop: {summary.rstrip('.')}. {where}")


def _run_hidden(arguments: list[str]) -> int:
    """Be another program for a while: the stand-in for GOWA, or the sender of Ctrl-C on Windows."""
    if arguments[0] == _SIMULATOR:
        from gowa_desktop.simulator.program import main as run_simulator  # noqa: PLC0415 - stands alone

        run_simulator(arguments[1:])
    return send_ctrl_c(int(arguments[1]), int(arguments[2]), WindowsConsole())


def _run(invocation: Invocation) -> int:
    if invocation.mode is Mode.VERSION:
        tell(f"GOWA Desktop {__version__}")
        return ExitCode.DONE
    import_qt()
    if invocation.request is not None:
        from gowa_desktop.cli import verbs  # noqa: PLC0415 - each branch imports its own

        return verbs.run(
            invocation.request,
            _data_dir(invocation),
            _open_reader,
            as_json=invocation.as_json,
            must_exist=invocation.data_dir is not None,
        )
    _install_exception_hooks(invocation)
    return _launch(invocation)


def _launch(invocation: Invocation) -> int:
    if invocation.mode is Mode.WINDOW:
        from gowa_desktop.services.commands.command_client import raised_first  # noqa: PLC0415 - before anything that takes long to import

        if raised_first(_data_dir(invocation), invocation.link):
            return _then(invocation)
    from gowa_desktop import launch  # noqa: PLC0415 - imports Qt
    from gowa_desktop.launch_options import LaunchOptions  # noqa: PLC0415

    run = {
        Mode.WINDOW: launch.run_window,
        Mode.NO_WINDOW: launch.run_without_window,
        Mode.DEMO: launch.run_demo,
        Mode.SELF_TEST: launch.run_self_test,
    }[invocation.mode]
    return run(
        LaunchOptions(
            data_dir=_data_dir(invocation),
            minimized=invocation.minimized,
            then=invocation.then,
            link=invocation.link,
            as_json=invocation.as_json,
            screenshot=invocation.screenshot,
        )
    )


def _then(invocation: Invocation) -> int:
    """Ask the running program for what a menu of the desktop wants beside its window."""
    if invocation.then is None:
        return ExitCode.DONE
    from gowa_desktop.cli import verbs  # noqa: PLC0415 - each branch imports its own

    verb = Verb.START if invocation.then == "start-all" else Verb.STOP
    return verbs.run(Request(verb, {"names": [], "all": True}), _data_dir(invocation), _open_reader)


def _open_reader(data_dir: Path) -> AbstractContextManager[CommandHandlers]:
    from gowa_desktop import bootstrap  # noqa: PLC0415 - needed only when no program runs

    return bootstrap.open_reader(data_dir)


def _data_dir(invocation: Invocation) -> Path:
    from gowa_desktop.infra.paths import default_data_dir  # noqa: PLC0415 - not needed for --version

    return invocation.data_dir or default_data_dir()


def _install_exception_hooks(invocation: Invocation) -> None:
    """Report what escapes from a slot or a thread; the program goes on."""

    def on_error(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        report_crash(error, invocation)

    def on_thread_error(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None and not isinstance(failure.exc_value, SystemExit):
            report_crash(failure.exc_value, invocation)

    sys.excepthook = on_error
    threading.excepthook = on_thread_error


def _write_to_log(details: str, invocation: Invocation | None) -> Path | None:
    """Append to the program's log; to one in the temporary folder when the data folder cannot be written."""
    places = [Path(tempfile.gettempdir()) / "gowa-desktop-crash.log"]
    try:
        from gowa_desktop.infra.paths import DataPaths  # noqa: PLC0415 - must not fail before the fallback

        places.insert(0, DataPaths(_data_dir(invocation or Invocation(Mode.WINDOW))).log_file)
    except ImportError:
        pass
    for place in places:
        try:
            descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
                stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
                log.write(f"{stamp} CRITICAL gowa_desktop Version {__version__}: {hide_likely_secrets(details)}\n")
        except OSError:
            continue
        return place
    return None


if __name__ == "__main__":
    sys.exit(main())
