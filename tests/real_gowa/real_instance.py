"""One instance of a real GOWA, set up the way the form does it and looked at from outside."""

from __future__ import annotations

import base64
import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.version_files import program_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.json_types import Json, JsonObject

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def data(self) -> JsonObject:
        """The body as JSON."""
        found: JsonObject = json.loads(self.body)
        return found


class RealInstance:
    """Owns one instance; every setting goes through `InstanceService.save_config`, as from the form."""

    def __init__(self, qtbot: QtBot, services: Services, tag: str, program: Path) -> None:
        self.qtbot = qtbot
        self.services = services
        self.version = GowaVersion(tag)
        target = services.paths.versions / tag / program_name()
        if not target.exists():
            target.parent.mkdir(parents=True)
            shutil.copy2(program, target)
        self.id = services.instances.create(NewInstance(name="shop", gowa_version=tag)).id
        self.folder = services.instances.folder(self.id)

    def save(self, flags: JsonObject, env: JsonObject | None = None) -> None:
        """Set options over what is stored, as the form saves them."""
        service = self.services.instances
        config = service.config(self.id)
        stored = config.get("flags")
        config["flags"] = {**(stored if isinstance(stored, dict) else {}), **flags}
        if env is not None:
            config["env"] = env
        service.save_config(self.id, config)

    def start(self) -> None:
        """Start it, or start it again with what is saved now."""
        assert self.try_start() is None

    def try_start(self) -> GowaError | None:
        """Start it; the answer says what went wrong."""
        operation = self.services.instances.restart(self.id)
        self.qtbot.waitUntil(lambda: operation.is_finished, timeout=70_000)
        return operation.error

    def start_with(self, flags: JsonObject, env: JsonObject | None = None) -> None:
        """Save and start."""
        self.save(flags, env)
        self.start()

    def stop(self) -> None:
        """Stop it."""
        operation = self.services.instances.stop(self.id)
        self.qtbot.waitUntil(lambda: operation.is_finished, timeout=40_000)

    @property
    def port(self) -> int:
        """Its port."""
        return self.services.instances.status(self.id).port or 0

    @property
    def process(self) -> psutil.Process:
        """Its live process."""
        return psutil.Process(self.services.instances.status(self.id).pid)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its live process, byte for byte where the system shows it."""
        if sys.platform != "linux":
            return self.process.environ()
        raw = Path(f"/proc/{self.process.pid}/environ").read_bytes().decode("utf-8")  # psutil turns \r into \n
        return dict(pair.split("=", 1) for pair in raw.split("\0") if pair)

    def log(self) -> str:
        """Everything GOWA wrote, as it lies on the disk, secrets and all."""
        return (self.folder / "logs" / "gowa.log").read_text(encoding="utf-8", errors="replace")

    def wait_for_log(self, text: str) -> None:
        """Wait until GOWA has written something."""
        self.wait_until(lambda: text in self.log(), f"“{text}” in the log:\n{self.log()[-2000:]}")

    def wait_until(self, condition: Callable[[], bool], what: str = "the condition") -> None:
        """Wait for something that another process does."""
        end = time.monotonic() + 15
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {what}"
            self.qtbot.wait(20)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: Json = None,
        login: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
    ) -> Answer:
        """Send a request."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://{host}:{self.port}{path}", data=data, method=method, headers=dict(headers or {}))
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        if login is not None:
            request.add_header("Authorization", f"Basic {base64.b64encode(':'.join(login).encode()).decode()}")
        try:
            with _OPENER.open(request, timeout=15) as reply:
                return Answer(reply.status, dict(reply.headers.items()), reply.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers.items()), error.read().decode("utf-8", "replace"))

    # Only for the programs that take events

    def event(self, kind: str, chat: str = "4915112345678@s.whatsapp.net", text: str = "hello") -> None:
        """Hand GOWA an event as if it came from WhatsApp; gives up waiting when it is not taken."""
        self._hand_over(f"{kind} {chat} {text}")

    def held(self) -> JsonObject:
        """Give the settings that GOWA holds, by `--flag` and by environment name."""
        path = self.folder / "desktop-test-config.json"
        path.unlink(missing_ok=True)
        self._hand_over("config")
        self.wait_until(path.exists, "the settings that GOWA holds")
        held: JsonObject = json.loads(path.read_text(encoding="utf-8"))
        return held

    def _hand_over(self, line: str) -> None:
        path = self.folder / "desktop-test-event"
        beside = path.with_suffix(".new")
        beside.write_text(line, encoding="utf-8")
        beside.replace(path)
        self.wait_until(lambda: not path.exists(), "the event to be taken")
