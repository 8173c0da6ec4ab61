"""The entry: reads the command line, then becomes the window, a program without one, a self-test or a client of the running one.

Whatever happens, a person gets a sentence and never a stack trace; that goes to the log. Graphics are imported on the window's
branch only.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from gowa_desktop import __version__
from gowa_desktop.bare_imports import import_qt
from gowa_desktop.cli.command_line import Invocation, Mode, parse
from gowa_desktop.cli.console import abandon_output, complain, prepare_console, tell
from gowa_desktop.cli.speech import said, speaking, told
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.commands.command_protocol import ExitCode, Request, Verb, exit_code_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from gowa_desktop.launch_options import LaunchOptions
    from gowa_desktop.services.commands.command_handlers import CommandHandlers

_INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended."""
_SIMULATOR = "--simulator"
"""Makes the frozen program its own stand-in for GOWA; `VersionManager.command` says so, people need not know."""
_SEND_CTRL_C = "--send-ctrl-c"
"""What `infra.windows_stop` calls its helper by."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the answer is its exit code."""
    prepare_console()
    arguments = list(sys.argv[1:] if argv is None else argv)
    with speaking(arguments):
        return _let_out(_answer(arguments))


def _let_out(code: int) -> int:
    """Write what is held back, help too: at its end Python would complain about a reader that has gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_output()
        return ExitCode.FAILED
    except OSError as error:
        if code == ExitCode.DONE:  # else it has been told
            complain(told(f"The output could not be written ({error.strerror}). Make room where it goes, and try again."))
        abandon_output()
        return ExitCode.FAILED
    return code


def _answer(arguments: list[str]) -> int:
    invocation: Invocation | None = None
    try:
        if arguments[:1] in ([_SIMULATOR], [_SEND_CTRL_C]):
            code = _run_hidden(arguments)
        else:
            invocation = parse(arguments)
            code = _run(invocation)
    except GowaError as error:
        complain(said(error))
        return int(exit_code_for(error))
    except SystemExit as error:  # argparse has printed its help
        return error.code if isinstance(error.code, int) else ExitCode.DONE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        abandon_output()
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - the last line of defence
        report(error, invocation)
        return ExitCode.FAILED
    return code


def _run_hidden(arguments: list[str]) -> int:
    """Be another program for a while: the stand-in for GOWA, or the sender of Ctrl-C on Windows."""
    if arguments[0] == _SIMULATOR:
        from gowa_desktop.simulator.program import main as run_simulator  # noqa: PLC0415 - stands alone

        run_simulator(arguments[1:])
    from gowa_desktop.infra.windows_stop import WindowsConsole, send_ctrl_c  # noqa: PLC0415 - of Windows

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
    from gowa_desktop.launch_options import LaunchOptions  # noqa: PLC0415 - what the other branches do without

    options = LaunchOptions(
        data_dir=_data_dir(invocation),
        minimized=invocation.minimized,
        then=invocation.then,
        link=invocation.link,
        as_json=invocation.as_json,
        screenshot=invocation.screenshot,
    )
    if invocation.mode is Mode.WINDOW:
        return _then(invocation) if _raised_first(options) else _open_window(options)
    from gowa_desktop import launch  # noqa: PLC0415 - imports Qt

    run = {Mode.NO_WINDOW: launch.run_without_window, Mode.DEMO: launch.run_demo, Mode.SELF_TEST: launch.run_self_test}[invocation.mode]
    return run(options)


def _raised_first(options: LaunchOptions) -> bool:
    """Show the window of the program that runs already, where there is one; without a lock file nobody is asked."""
    from gowa_desktop.infra.paths import DataPaths  # noqa: PLC0415 - not needed for --version

    if not DataPaths(options.data_dir).lock_file.exists():
        return False
    from gowa_desktop.services.commands.command_client import raised_first  # noqa: PLC0415 - before anything that takes long to import

    return raised_first(options.data_dir, options.link)


def _open_window(options: LaunchOptions) -> int:
    from gowa_desktop.window_launch import run_window  # noqa: PLC0415 - each branch imports its own

    return run_window(options)


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
        report(error, invocation)

    def on_thread_error(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None and not isinstance(failure.exc_value, SystemExit):
            report(failure.exc_value, invocation)

    sys.excepthook = on_error
    threading.excepthook = on_thread_error


def report(error: BaseException, invocation: Invocation | None) -> None:
    """Tell of a fault inside the program: a sentence on the terminal, the stack trace in the log."""
    from gowa_desktop.crash_report import report_crash  # noqa: PLC0415 - needed when something is wrong only

    report_crash(error, invocation.data_dir if invocation else None, is_verbose=invocation is not None and invocation.is_verbose)


if __name__ == "__main__":
    sys.exit(main())
