"""`logs` and `diagnostics` through the handlers, as the socket and the reader without a program use them."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import GITHUB_TOKEN
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.services.commands.command_answer import Answer
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from gowa_desktop.services.commands.command_protocol import Request
from tests.services.test_log_store import instance_with_log, logrus

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import JsonObject


class Asked:
    """One request and what comes back."""

    def __init__(self, services: Services, verb: str, *, is_offline: bool = False, **arguments: str | int) -> None:
        self.messages: list[JsonObject] = []
        handlers = CommandHandlers(
            services.instances, services.versions, services.configs, logs=services.log_commands(is_offline=is_offline), is_offline=is_offline
        )
        self.answer = Answer(self.messages.append)
        handlers.handle(Request(verb, dict(arguments)), self.answer)

    @property
    def final(self) -> JsonObject:
        return self.messages[-1]

    @property
    def lines(self) -> list[str]:
        found: list[str] = []
        for message in self.messages:
            lines = message.get("lines")
            if isinstance(lines, list):
                found += [str(line) for line in lines]
        return found


def offline(services: Services, **arguments: str | int) -> list[str]:
    asked = Asked(services, "logs", is_offline=True, **arguments)
    assert asked.final["ok"] is True
    return asked.lines


def test_last_lines_by_count_level_and_expression(services: Services) -> None:
    instance_with_log(services, "shop", b"".join(logrus(n % 60, f"line {n} hush1234", "error" if n % 10 == 0 else "info") for n in range(200)))
    assert len(offline(services, name="shop")) == 50
    assert offline(services, name="shop", count=1) == [f'time="2026-03-10T11:19:00Z" level=info msg="line 199 {MASK}"']
    assert len(offline(services, name="shop", level="error", count=500)) == 20
    assert len(offline(services, name="shop", grep=r"line 1?5\d ", count=500)) == 20


def test_all_logs_come_as_one_with_names(services: Services) -> None:
    instance_with_log(services, "a", logrus(1, "first") + logrus(3, "third"))
    instance_with_log(services, "b", logrus(2, "second"))
    assert [line.split(" | ")[0] for line in offline(services, all=True)] == ["a", "b", "a"]


def test_raw_keeps_colours_and_words_but_no_secret(services: Services) -> None:
    content = b"map[a:hush\nmore hush]\n10:00:00.000\x1b[31m [Main ERROR] hush1234\x1b[0m\n"
    content += logrus(1, "Panic recovered in middleware: reconnect error")
    instance_with_log(services, "shop", content)
    raw, plain = offline(services, name="shop", raw=True), offline(services, name="shop")
    assert "\x1b[31m" in raw[2]
    assert "Panic recovered" in raw[3]
    assert "Answered with 401" in plain[3]
    assert "hush" not in str(raw + plain)


def test_lines_are_followed_until_one_leaves(qtbot: QtBot, services: Services) -> None:
    key = instance_with_log(services, "shop", logrus(1, "old"))
    asked = Asked(services, "logs", name="shop", follow=True)
    qtbot.waitUntil(lambda: len(asked.lines) == 1)
    with services.logs.path(key).open("ab") as file:
        file.write(logrus(2, "new"))
    qtbot.waitUntil(lambda: len(asked.lines) == 2)
    asked.answer.leave()
    with services.logs.path(key).open("ab") as file:
        file.write(logrus(2, "never seen"))
    qtbot.wait(400)
    assert len(asked.lines) == 2


@pytest.mark.parametrize("arguments", [{"level": "loud"}, {"grep": "("}, {"count": 0}])
def test_senseless_requests_are_told(services: Services, arguments: dict[str, str | int]) -> None:
    instance_with_log(services, "shop", b"x\n")
    assert Asked(services, "logs", is_offline=False, name="shop", **arguments).final["exit"] == 2


def test_following_needs_the_running_program(services: Services) -> None:
    instance_with_log(services, "shop", b"x\n")
    assert Asked(services, "logs", is_offline=True, name="shop", follow=True).final["exit"] == 3


def test_diagnostics_hold_what_helps_and_no_secret(services: Services, tmp_path: Path) -> None:
    instance_with_log(services, "shop", logrus(1, "628123456789@s.whatsapp.net says hush1234"))
    services.settings.set(GITHUB_TOKEN, "ghp_tokentoken")
    target = tmp_path / "help.zip"
    assert Asked(services, "diagnostics", is_offline=True, file=str(target)).final["ok"] is True
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"system.json", "versions.json", "settings.json", "instances.json", "exit-reports.json", "logs/0.log", "logs/1.log"} <= set(texts)
    everything = "".join(texts.values())
    for secret in ("hush1234", "ghp_tokentoken", "628123456789"):
        assert secret not in everything
    assert json.loads(texts["instances.json"])[0]["name"] == "shop"
    assert json.loads(texts["settings.json"])["token_given"] is True


def test_diagnostics_that_cannot_be_written_are_told(services: Services, tmp_path: Path) -> None:
    assert Asked(services, "diagnostics", is_offline=True, file=str(tmp_path / "no" / "x.zip")).final["exit"] == 1
