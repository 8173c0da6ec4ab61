"""Starts real simulator processes for these tests and can end every one of them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN_FILE = Path(__file__).parents[3] / "gowa_desktop" / "simulator" / "__main__.py"
COMMAND = (sys.executable, "-I", "-S", str(MAIN_FILE))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Reply:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["code"])

    @property
    def results(self) -> Any:
        return self.json["results"]


class Simulator:
    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.folder = folder

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        *,
        timeout_s: float = 5.0,
        port: int = 0,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout_s)
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        sent = {"Connection": "close", **({"Content-Type": "application/json"} if data else {}), **(headers or {})}
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, body: object = None) -> Reply:
        return self.request("POST", path, body)

    @property
    def stdout(self) -> str:
        return (self.folder / "stdout.log").read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return (self.folder / "stderr.log").read_text(encoding="utf-8")

    def is_answering(self) -> bool:
        try:
            self.request("GET", "/health", timeout_s=0.5)
        except OSError:
            assert self.process.poll() is None, self.stderr
            return False
        return True

    def is_open(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=0.5).close()
        except OSError:
            return False
        return True

    def wait_ready(self) -> Simulator:
        self.wait_until(self.is_answering)
        return self

    def wait_until(self, condition: Callable[[], object], limit_s: float = 8.0) -> None:
        end = time.monotonic() + limit_s
        while not condition():
            assert time.monotonic() < end, f"the awaited condition did not come true\n{self.stderr}"
            time.sleep(0.005)

    def terminate(self) -> float:
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - started

    def wait_exit(self) -> int:
        return self.process.wait(8)


class Launcher:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[Simulator] = []

    def __call__(self, *arguments: str, era: str = "v9", faults: str | None = None, port: int = 0, **environment: str) -> Simulator:
        """Start ``rest`` without waiting; keyword names in capitals are environment variables."""
        port = port or free_port()
        variables = {"APP_HOST": "127.0.0.1", "APP_PORT": str(port), "GOWA_SIM_ERA": era, **environment}
        if faults is not None:
            variables["GOWA_SIM_FAULTS"] = faults
        if "SYSTEMROOT" in os.environ:
            variables["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        with (self.folder / "stdout.log").open("ab") as out, (self.folder / "stderr.log").open("ab") as err:
            process = subprocess.Popen(
                [*COMMAND, "rest", *arguments],
                cwd=self.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        simulator = Simulator(process, port, self.folder)
        self._started.append(simulator)
        return simulator

    def end_all(self) -> None:
        for simulator in self._started:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(simulator.process.pid, signal.SIGKILL)
                else:
                    simulator.process.kill()
            simulator.process.wait(5)
