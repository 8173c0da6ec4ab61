"""The log streams of GOWA: viper map, whatsmeow lines and the Fiber banner on stdout, logrus text on stderr.

Lines go straight to the file descriptors, one write per line, so that the log is complete at a crash, independent of
the locale's encoding, and whole lines stay whole when several threads write.
"""

import os
import time

from gowa_desktop.simulator.go_values import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.simulator.eras import Era

_STDOUT = 1
_STDERR = 2
_COLOURS = {"INFO": "\033[36m", "WARN": "\033[33m", "ERROR": "\033[31m", "DEBUG": ""}


def write_stdout(text: str) -> None:
    """Write text to stdout without buffering."""
    _write(_STDOUT, text.encode())


def write_stderr(text: str) -> None:
    """Write text to stderr without buffering."""
    _write(_STDERR, text.encode())


def write_stdout_bytes(data: bytes) -> None:
    """Write prepared bytes to stdout; used to flood the log."""
    _write(_STDOUT, data)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except OSError:  # the reader is gone or the stream is closed; a demo has nobody left to tell
            return


def logrus(level: str, message: str) -> None:
    """Write one logrus text line (no TTY form, always UTC) to stderr."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    write_stderr(f'time="{stamp}" level={level} msg={quote(message)}\n')


def whatsmeow(module: str, level: str, message: str) -> None:
    """Write one whatsmeow line to stdout, with the ANSI colours that it always has."""
    now = time.time()
    stamp = time.strftime("%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}"
    write_stdout(f"{stamp}{_COLOURS[level]} [{module} {level}] {message}\033[0m\n")


def viper_map(dotenv: "Mapping[str, str]", environment: "Mapping[str, str]") -> None:
    """Write the first line of stdout: every key of ``.env`` with the value that won, in clear text as GOWA does."""
    pairs = sorted((name.lower(), environment.get(name) or value) for name, value in dotenv.items())
    write_stdout("map[" + " ".join(f"{name}:{value}" for name, value in pairs) + "]\n")


def banner(era: "type[Era]", host: str, port: int) -> None:
    """Write the Fiber banner of the era to stdout, once the port is open."""
    shown = "[::]" if host in {"", "0.0.0.0", "::", "[::]"} else host  # noqa: S104 - a comparison, nothing is bound
    address = f"http://{shown}:{port}"
    write_stdout(_banner_v3(era, address) if era.rank >= 3 else _banner_v2(era, address))


def _banner_v3(era: "type[Era]", address: str) -> str:
    logo = (
        "    _______ __",
        "   / ____(_) /_  ___  _____",
        "  / /_  / / __ \\/ _ \\/ ___/",
        " / __/ / / /_/ /  __/ /",
        f"/_/   /_/_.___/\\___/_/          {era.fiber_version}",
        "-" * 50,
    )
    facts = (
        f"Server started on: \t{address}",
        "Total handlers: \t125",
        "Prefork: \t\t\tDisabled",
        f"PID: \t\t\t{os.getpid()}",
        "Total process count: \t1",
    )
    return "\n" + "\n".join(logo) + "\n" + "".join(f"INFO {fact}\n" for fact in facts) + "\n"


def _banner_v2(era: "type[Era]", address: str) -> str:
    handlers = 124 if era.has_devices else 95
    rows = (
        f"Fiber {era.fiber_version}".center(51),
        address.center(51),
        " " * 51,
        f" {_dotted('Handlers', handlers, 24)}  {_dotted('Processes', 1, 23)} ",
        f" {_dotted('Prefork', 'Disabled', 24)}  {_dotted('PID', os.getpid(), 23)} ",
    )
    line = "─" * 51
    body = "".join(f" │{row:^51}│ \n" for row in rows)
    return f"\n ┌{line}┐ \n{body} └{line}┘ \n\n"


def _dotted(name: str, value: object, width: int) -> str:
    return f"{name} {'.' * (width - len(name) - len(str(value)) - 2)} {value}"


def request_line(era: "type[Era]", status: int, seconds: float, client: str, method: str, path: str) -> None:
    """Write the line per request that debug mode shows on stdout."""
    taken = f"{seconds * 1e6:.3f}µs".rjust(13)
    stamp = time.strftime("%H:%M:%S")
    if era.rank >= 3:
        write_stdout(f"{stamp} | {status} | {taken} | {client:>15} | {method:<7} | {path:<38}\n")
    else:
        write_stdout(f"{stamp} | {status} | {taken} | {client} | {method} | {path} | -\n")


def panic_text(message: str) -> None:
    """Write what the Go runtime leaves on stderr when a panic ends the process (exit code 2)."""
    write_stderr(
        f"panic: {message}\n\n"
        "goroutine 1 [running]:\n"
        "gowa.simulator/cmd.start({0x161b5e0, 0x22cc0c0}, {0x10824b5b0007, 0xd})\n"
        "\t/simulator/src/cmd/root.go:679 +0x272\n"
        "main.main()\n"
        "\t/simulator/src/main.go:8 +0xf\n"
    )
