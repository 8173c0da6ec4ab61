# ruff: noqa: PLC0415 - imports stand where they are needed: the help needs no sockets, the signals come first
"""The life of the simulator process: options, faults, files, log, port, requests, end."""

import os
import time

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.command_line import CommandLine, CommandLineParser, FlagError
from gowa_desktop.simulator.eras import DEFAULT_ERA, ERAS
from gowa_desktop.simulator.faults import FaultSet
from gowa_desktop.simulator.options import options_of
from gowa_desktop.simulator.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import NoReturn

    from gowa_desktop.simulator.devices import DeviceStore
    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.options import Option
    from gowa_desktop.simulator.stop_signals import StopSignals

FAULT_FILE = "sim-faults"
_AUTO_CONNECT_S = 2.0


def main(arguments: list[str]) -> "NoReturn":
    """Run the program and end the process with GOWA's exit codes."""
    try:
        era = _find_era(arguments)
        options = options_of(era)
        line = _read_command_line(era, options, arguments)
        faults = FaultSet(_fault_text(line))
    except ValueError as error:
        logs.write_stderr(f"gowa simulator: {error}\n")
        os._exit(1)
    _run(era, options, line, faults)
    # The hard exit saves the milliseconds that the interpreter needs to tidy up; nothing is buffered.
    os._exit(0)


def _find_era(arguments: list[str]) -> "type[Era]":
    """Return the era of ``GOWA_SIM_ERA``, else of ``--sim-era``, else the newest; it decides which flags exist."""
    name = os.environ.get("GOWA_SIM_ERA") or DEFAULT_ERA
    if not os.environ.get("GOWA_SIM_ERA"):
        for place, word in enumerate(arguments):
            if word.startswith("--sim-era="):
                name = word.partition("=")[2]
            elif word == "--sim-era":
                name = "".join(arguments[place + 1 : place + 2])
    if name not in ERAS:
        raise ValueError(f"unknown era {name!r}, known are {', '.join(ERAS)}")
    return ERAS[name]


def _read_command_line(era: "type[Era]", options: "dict[str, Option]", arguments: list[str]) -> CommandLine:
    """Read the arguments; help and errors end the process here, before any file is touched."""
    try:
        line = CommandLineParser(options, era.commands).parse(arguments)
    except FlagError as error:
        from gowa_desktop.simulator.help_text import usage_text

        is_command = str(error).startswith("unknown command")
        tail = "Run ' --help' for usage." if is_command else usage_text(era, options, error.command)
        logs.write_stderr(f"Error: {error}\n{tail}\n")
        os._exit(1)
    if line.help_wanted or line.command != "rest":
        from gowa_desktop.simulator.help_text import help_text

        logs.write_stdout(help_text(era, options, line.command if line.help_wanted else ""))
        os._exit(0)
    return line


def _fault_text(line: CommandLine) -> str:
    """Return the fault switches: environment, else flag, else the file in the working directory."""
    if "GOWA_SIM_FAULTS" in os.environ:
        return os.environ["GOWA_SIM_FAULTS"]
    if "sim-faults" in line.values:
        return line.values["sim-faults"][-1]
    return _read_file(FAULT_FILE).decode("utf-8", "replace")


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - see storage
            return stream.read()
    except OSError:
        return b""


def _run(era: "type[Era]", options: "dict[str, Option]", line: CommandLine, faults: FaultSet) -> None:
    """Start, serve and stop; returns when the process shall end with code 0."""
    from gowa_desktop.simulator.stop_signals import StopSignals

    signals = StopSignals(is_graceful=era.stops_gracefully)
    signals.is_ignoring = "ignore-term" in faults
    dotenv = _read_dotenv()
    settings = Settings(era, options, line.values, os.environ, dotenv)
    logs.viper_map(dotenv, os.environ)
    if "crash-at-start" in faults:
        logs.logrus("fatal", "simulated crash at start")
        os._exit(faults.number("crash-at-start", 1))
    if "panic" in faults:
        logs.panic_text("simulated panic at start")
        os._exit(2)
    _check_settings(settings)
    devices = _open_storage(settings)
    notice = f"GOWA simulator, not WhatsApp: plays {era.version} (era {era.name})"
    logs.logrus("warning", notice + "".join(f", fault {name}" for name in faults.values))
    _serve(settings, devices, signals, faults)


def _read_dotenv() -> dict[str, str]:
    data = _read_file(".env")
    if not data:
        return {}
    from gowa_desktop.simulator.dotenv import parse_dotenv

    return parse_dotenv(data, os.environ)


def _check_settings(settings: Settings) -> None:
    """End the process for the few values that GOWA refuses."""
    uri = settings.text("db-uri")
    if not uri.startswith(("file:", "postgres:", "postgresql:")):
        reason = f"unknown database type: {uri}. Currently only sqlite3(file:) and postgres are supported"
        logs.whatsmeow("Main", "ERROR", f"Database initialization error: {reason}")
        logs.panic_text(f"Database initialization error: {reason}")
        os._exit(2)
    for origin in settings.items("cors-allowed-origins"):
        if "://" not in origin and origin != "*":
            logs.panic_text(f"[CORS] Invalid origin format in configuration: {origin}")
            os._exit(2)
    if any(account.count(":") != 1 for account in settings.items("basic-auth")):
        logs.logrus("fatal", "Basic auth is not valid, please this following format <user>:<secret>")
        os._exit(1)


def _open_storage(settings: Settings) -> "DeviceStore":
    from gowa_desktop.simulator.devices import DeviceStore
    from gowa_desktop.simulator.storage import prepare_storage

    try:
        had_sessions, had_chats = prepare_storage(settings.era)
    except OSError as error:
        logs.logrus("fatal", f"failed to initialize chat storage: {error}")
        os._exit(1)
    devices = DeviceStore(settings.era)
    devices.load(had_sessions=had_sessions, had_chats=had_chats)
    if settings.era.has_devices:
        logs.logrus("info", f"[DEVICE_MANAGER] discovered {len(devices.all())} device records in registry")
    return devices


def _serve(settings: Settings, devices: "DeviceStore", signals: "StopSignals", faults: FaultSet) -> None:
    from gowa_desktop.simulator.fault_runner import FaultRunner
    from gowa_desktop.simulator.server import Server
    from gowa_desktop.simulator.site import Site

    waker = signals.make_waker()
    runner = FaultRunner()
    runner.start(faults)
    if "slow-ready" in faults:
        _wait_for_signal(signals, waker, faults.number("slow-ready") / 1000)
    if "never-listen" in faults:
        _wait_for_signal(signals, waker, None)
    if not signals.received:
        site = Site(settings, devices, runner, signals)
        listener = _open_port(settings, str(faults.number("grab-port")) if "grab-port" in faults else "")
        site.port = listener.getsockname()[1]
        server = Server(listener, site, lambda: runner.is_hung)
        logs.banner(settings.era, settings.host, site.port)
        _connect_later(devices, is_offline="offline" in faults)
        server.serve(signals, waker, accepts="never-ready" not in faults)
        logs.logrus("info", f"Received {signals.received} — shutting down")
        server.close()
    else:
        logs.logrus("info", f"Received {signals.received} — shutting down")
    time.sleep(runner.faults.number("slow-drain") / 1000)


def _wait_for_signal(signals: "StopSignals", waker: "socket.socket", limit_s: float | None) -> None:
    """Wait until a stop signal arrives or the time is over."""
    import select

    end = None if limit_s is None else time.monotonic() + limit_s
    while not signals.received:
        left_s = None if end is None else end - time.monotonic()
        if left_s is not None and left_s <= 0:
            return
        if select.select([waker], [], [], left_s)[0]:
            waker.recv(64)


def _open_port(settings: Settings, other_port: str) -> "socket.socket":
    from gowa_desktop.simulator.server import ListenError, open_listener

    era = settings.era
    try:
        return open_listener(settings.host, other_port or settings.text("port"))
    except ListenError as error:
        text = str(error) if era.has_host_option else str(error).replace(f"tcp {settings.host}:", "tcp :")
        logs.logrus("fatal", f"Failed to start:  {era.listen_error_prefix}{text}")
        os._exit(1)


def _connect_later(devices: "DeviceStore", *, is_offline: bool) -> None:
    """Bring the paired devices online two seconds after the start; without a network each attempt fails."""
    import threading

    def connect() -> None:
        if is_offline:
            for device in devices.all():
                logs.logrus("error", f"auto-connect failed for device {device.id or device.jid}: dial tcp: lookup web.whatsapp.com")
            return
        connected = devices.connect_all()
        for device in connected:
            logs.logrus("info", f"auto-connected device {device.id or device.jid}")
        if not connected:
            logs.logrus("warning", "auto-connect skipped: no devices available")

    timer = threading.Timer(_AUTO_CONNECT_S, connect)
    timer.daemon = True
    timer.start()
