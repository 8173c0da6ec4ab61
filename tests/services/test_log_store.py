"""Logs through the services: documents, filters, searches, the stream of all, and what known lines mean."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.log_advice import LogEventKind
from gowa_desktop.domain.log_line import LogFormat, LogLevel
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.domain.run_markers import START_BYTES
from gowa_desktop.infra.own_log import OwnLog
from gowa_desktop.services.logs.log_store import OWN_LOG, LogEvent
from tests.services.test_instance_service import started

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.services.logs.log_document import LogDocument


def instance_with_log(services: Services, name: str, content: bytes) -> int:
    created = services.instances.create(NewInstance(name=name, config={"flags": {"basicAuth": ["admin:hush1234"]}}))
    path = services.logs.path(created.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return created.id


def opened(qtbot: QtBot, services: Services, instance_id: int) -> LogDocument:
    document = services.logs.document(instance_id)
    with qtbot.waitSignal(document.changed, timeout=5000):
        document.begin()
    return document


def logrus(minute: int, text: str, level: str = "info") -> bytes:
    return f'time="2026-03-10T11:{minute:02}:00Z" level={level} msg="{text}"\n'.encode()


def test_document_shows_lines_and_what_comes_later(qtbot: QtBot, services: Services) -> None:
    key = instance_with_log(services, "shop", logrus(1, "one") + logrus(2, "the password is hush1234"))
    document = opened(qtbot, services, key)
    rows = document.read(0, 10)
    assert [row.line.text for row in rows] == ["one", f"the password is {MASK}"]
    assert rows[0].moment is not None
    assert rows[0].moment.isoformat() == "2026-03-10T11:01:00+00:00"
    with services.logs.path(key).open("ab") as file:
        file.write(logrus(3, "three"))
    qtbot.waitUntil(lambda: document.rows == 3)
    assert document.row_of(document.read(2, 1)[0].position) == 2
    document.close()


def test_next_and_previous_do_not_wait_for_the_search(qtbot: QtBot, services: Services) -> None:
    key = instance_with_log(services, "shop", b"".join(logrus(n % 60, f"line {n}") for n in range(4000)))
    document = opened(qtbot, services, key)
    qtbot.waitUntil(lambda: document.is_complete, timeout=10_000)
    size = document.size_bytes
    found: list[int] = []
    document.find(LogQuery("line"))
    assert document.is_searching  # nothing has come from the worker yet
    document.step(None, found.append, is_back=True)
    qtbot.waitUntil(lambda: len(found) == 1, timeout=10_000)
    qtbot.waitUntil(lambda: not document.is_searching, timeout=10_000)
    assert document.hits is not None
    assert (document.hits.count, document.searched_percent) == (4000, 100)
    document.step(found[0], found.append, is_back=False)
    document.step(size // 2, found.append, is_back=True)
    positions = document.hits.positions
    assert found == [positions[-1], positions[0], max(position for position in positions if position < size // 2)]
    document.find(LogQuery("no such thing"))
    qtbot.waitUntil(lambda: not document.is_searching, timeout=10_000)
    document.step(0, found.append, is_back=False)
    assert len(found) == 3
    document.close()


def test_stream_finds_nothing_in_settings_with_line_breaks(qtbot: QtBot, services: Services) -> None:
    content = b"map[a:one\nopen sesame\nb:two]\n" + logrus(1, "open") + logrus(2, "shut")
    key = instance_with_log(services, "shop", content)
    stream = services.logs.stream()
    stream.choose(LogQuery("open|sesame"), frozenset({key}))
    qtbot.waitUntil(lambda: stream.rows > 0, timeout=10_000)
    assert [row.line.text for row in stream.read(0, 10)] == ["open"]
    stream.close()


def test_document_filters_and_searches_and_keeps_up(qtbot: QtBot, services: Services) -> None:
    key = instance_with_log(services, "shop", b"".join(logrus(n % 60, f"line {n}", "error" if n % 10 == 0 else "info") for n in range(500)))
    document = opened(qtbot, services, key)
    document.filter(LogQuery(least_level=LogLevel.ERROR))
    qtbot.waitUntil(lambda: document.rows == 50)
    document.find(LogQuery(r"line \d*50$"))
    qtbot.waitUntil(lambda: document.hits is not None and len(document.hits.positions) == 5)
    with services.logs.path(key).open("ab") as file:
        file.write(logrus(3, "line 550", "error"))
    qtbot.waitUntil(lambda: document.rows == 51 and document.hits is not None and len(document.hits.positions) == 6)
    assert document.read(50, 1)[0].line.text == "line 550"
    document.filter(None)
    assert document.rows == 501
    with pytest.raises(UsageError):
        document.find(LogQuery("("))
    document.close()


def test_rows_are_the_same_whichever_are_asked_for_and_after_more_has_come(qtbot: QtBot, services: Services) -> None:
    key = instance_with_log(services, "shop", b"".join(logrus(n // 60, f"line {n}") for n in range(1000)))
    document = opened(qtbot, services, key)
    for first, count in ((0, 10), (120, 20), (127, 1), (128, 1), (990, 30), (0, 2000), (-3, 5), (1000, 5), (500, 300)):
        expected = [f"line {n}" for n in range(max(0, first), min(1000, first + count))]
        assert [row.line.text for row in document.read(first, count)] == expected
    with services.logs.path(key).open("ab") as file:
        file.write(logrus(30, "line 1000"))
    qtbot.waitUntil(lambda: document.rows == 1001)
    assert [row.line.text for row in document.read(998, 10)] == ["line 998", "line 999", "line 1000"]
    document.close()


def test_document_survives_a_log_that_is_not_there(qtbot: QtBot, services: Services) -> None:
    key = instance_with_log(services, "shop", b"x\n")
    services.logs.path(key).unlink()
    document = services.logs.document(key)
    document.begin()
    qtbot.wait(50)
    assert document.rows == 0
    services.logs.path(key).write_bytes(b"back\n")
    qtbot.waitUntil(lambda: document.rows == 1)
    document.close()


def test_runs_are_marked_in_the_log(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    operation = services.instances.stop(status.id)
    qtbot.waitUntil(lambda: operation.is_finished)
    document = opened(qtbot, services, status.id)
    markers = [row.line.text for row in document.read(0, 1000) if row.line.format is LogFormat.MARKER]
    assert markers[0].startswith("Run starts, GOWA ")
    assert markers[-1] == "Run ended, It was stopped as asked"
    found: list[list[int]] = []
    document.find_marks(START_BYTES, found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert found[0] == [0]
    document.close()


def test_stream_interleaves_all_logs_by_time(qtbot: QtBot, services: Services) -> None:
    instance_with_log(services, "a", logrus(1, "first") + logrus(3, "third", "error"))
    second = instance_with_log(services, "b", b"map[x:1\nsecret\n" + logrus(2, "second") + logrus(4, "fourth hush1234"))
    stream = services.logs.stream()
    stream.begin()
    qtbot.waitUntil(lambda: stream.rows == 6)
    rows = [(row.name, row.line.text) for row in stream.read(0, 10) if row.line.format is LogFormat.LOGRUS]
    assert rows == [("a", "first"), ("b", "second"), ("a", "third"), ("b", f"fourth {MASK}")]
    assert "secret" not in str([row.line.text for row in stream.read(0, 10)])
    stream.choose(LogQuery(least_level=LogLevel.ERROR), None)
    qtbot.waitUntil(lambda: [row.line.text for row in stream.read(0, 10)] == ["third"])
    stream.choose(LogQuery("f|s", is_case_sensitive=True), frozenset({second}))
    qtbot.waitUntil(lambda: {row.name for row in stream.read(0, 10)} == {"b"})
    stream.close()


def test_known_lines_are_told_once_and_counted(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    events: list[LogEvent] = []
    services.logs.event_seen.connect(events.append)
    services.logs.watch()
    with services.logs.path(status.id).open("ab") as file:
        for _ in range(3):
            file.write(b"10:00:00.000\x1b[31m [Client ERROR] Client outdated (405) connect failure\x1b[0m\n")
        file.write(logrus(5, "Attempt 1 to submit webhook failed: EOF", "warning"))
        file.write(logrus(6, "Panic recovered in middleware: reconnect error"))

    def is_counted() -> bool:
        services.logs.watch()
        return services.logs.counts(status.id).client_errors >= 1

    qtbot.waitUntil(is_counted)
    kinds = [event.known.kind for event in events]
    assert kinds.count(LogEventKind.CLIENT_OUTDATED) == 1
    assert next(e for e in services.logs.events(status.id) if e.known.kind is LogEventKind.CLIENT_OUTDATED).count == 3
    assert services.logs.counts(status.id).webhook_failures == 1


def test_own_log_is_private_redacted_and_rotates(qtbot: QtBot, services: Services) -> None:
    path: Path = services.logs.path(OWN_LOG)
    handler = OwnLog(path)
    handler.know_secrets(["hush"])
    for number in range(3):
        handler.handle(logging.LogRecord("gowa_desktop.x", logging.WARNING, "f", 1, "number %d says hush, token=abc", (number,), None))
    handler.close()
    assert path.stat().st_mode & 0o077 == 0
    document = opened(qtbot, services, OWN_LOG)
    row = document.read(0, 1)[0]
    assert (row.line.format, row.line.level) == (LogFormat.DESKTOP, LogLevel.WARNING)
    assert row.line.text == f"number 0 says {MASK}, token={MASK}"
    assert b"hush" not in path.read_bytes()
    document.close()


def test_logs_are_watched_at_longer_intervals_while_nobody_looks(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr(services.logs, "watch", lambda: looks.append("look"))
    services.logs.close()

    def looks_in_ten_turns(*, is_watched: bool) -> int:
        looks.clear()
        services.logs.set_watched(lambda: is_watched)
        for _ in range(10):
            services.logs._on_timer_timeout()
        return len(looks)

    assert looks_in_ten_turns(is_watched=False) == 2
    assert looks_in_ten_turns(is_watched=True) == 10
