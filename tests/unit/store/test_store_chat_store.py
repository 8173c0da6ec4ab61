"""The chat store of GOWA: recognised by what is in it, moved aside and back, also when that is interrupted anywhere."""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.update_plan import ChatStoreKind
from gowa_desktop.store.chat_store import (
    bring_back,
    drop_aside,
    kind_of_chat_store,
    move_aside,
    name_for_aside,
    old_store_aside,
    undo_move,
)
from tests.interruption import Interruption, Killed

if TYPE_CHECKING:
    from pathlib import Path

NAME = name_for_aside("v7.11.4", datetime(2026, 11, 1, 10, 0, 0, tzinfo=UTC))
LATER = name_for_aside("v9.2.0", datetime(2026, 11, 2, 10, 0, 0, tzinfo=UTC))


def make_store(folder: Path, version: int, *, has_device_id: bool, chat: str = "anna") -> None:
    """Write a chat store whose newest chat is in its log only."""
    path = folder / "storages" / "chatstorage.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    column = ", device_id TEXT" if has_device_id else ""
    writer = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode = wal",
        "CREATE TABLE schema_info (version INTEGER PRIMARY KEY)",
        f"INSERT INTO schema_info VALUES ({version})",
        f"CREATE TABLE chats (jid TEXT, name TEXT{column})",
        f"INSERT INTO chats (jid, name) VALUES ('{chat}@x', '{chat}')",
    ):
        writer.execute(statement)
    parts = {part: part.read_bytes() for part in path.parent.glob("chatstorage.db*")}
    writer.close()
    for part, content in parts.items():  # as a program leaves them that was ended hard
        part.write_bytes(content)


def chats(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM chats")]


@pytest.mark.parametrize(
    ("version", "has_device_id", "kind"),
    [
        (1, False, ChatStoreKind.OLD),
        (2, False, ChatStoreKind.OLD),
        (3, False, ChatStoreKind.BROKEN),
        (4, False, ChatStoreKind.BROKEN),
        (5, False, ChatStoreKind.UNREADABLE),
        (12, True, ChatStoreKind.NEW),
        (43, True, ChatStoreKind.NEW),
    ],
)
def test_a_store_is_recognised_by_its_schema(tmp_path: Path, version: int, has_device_id: bool, kind: ChatStoreKind) -> None:
    make_store(tmp_path, version, has_device_id=has_device_id)

    assert kind_of_chat_store(tmp_path) is kind


def test_what_is_no_store_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "storages" / "chatstorage.db"
    assert kind_of_chat_store(tmp_path) is ChatStoreKind.NONE
    path.parent.mkdir()
    path.touch()
    assert kind_of_chat_store(tmp_path) is ChatStoreKind.NONE
    path.write_text("this is no database, however long it may be" * 100)
    assert kind_of_chat_store(tmp_path) is ChatStoreKind.UNREADABLE
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
    assert kind_of_chat_store(tmp_path) is ChatStoreKind.UNREADABLE


def test_moving_aside_takes_the_log_along_and_nothing_else(tmp_path: Path) -> None:
    make_store(tmp_path, 2, has_device_id=False)
    session = tmp_path / "storages" / "whatsapp.db"
    session.write_text("the pairing")

    move_aside(tmp_path, NAME)

    assert sorted(path.name for path in (tmp_path / "storages").iterdir()) == ["chats-aside", "whatsapp.db"]
    aside = tmp_path / "storages" / "chats-aside" / NAME / "chatstorage.db"
    assert chats(aside) == ["anna"]
    assert old_store_aside(tmp_path) == NAME


def test_moving_aside_interrupted_anywhere_can_be_completed_or_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for completes in (True, False):
        steps = 0
        while True:
            steps += 1
            folder = tmp_path / f"{completes}-{steps}"
            make_store(folder, 2, has_device_id=False)
            with monkeypatch.context() as patch:
                interruption = Interruption(patch, after=steps)
                with contextlib.suppress(Killed):
                    move_aside(folder, NAME)
            if completes:
                move_aside(folder, NAME)
                assert chats(folder / "storages" / "chats-aside" / NAME / "chatstorage.db") == ["anna"]
            else:
                undo_move(folder, NAME)
                assert chats(folder / "storages" / "chatstorage.db") == ["anna"]
                assert not (folder / "storages" / "chats-aside").exists()
            if not interruption.has_struck:
                break
        assert steps > 4


def test_undoing_interrupted_anywhere_and_again_gives_the_store_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    while True:
        steps += 1
        folder = tmp_path / str(steps)
        make_store(folder, 2, has_device_id=False)
        move_aside(folder, NAME)
        make_store(folder, 43, has_device_id=True, chat="ben")
        move_aside(folder, LATER)
        bring_back(folder, NAME)
        with monkeypatch.context() as patch:
            interruption = Interruption(patch, after=steps)
            with contextlib.suppress(Killed):
                undo_move(folder, LATER)
        undo_move(folder, LATER)

        assert chats(folder / "storages" / "chatstorage.db") == ["ben"]
        assert chats(folder / "storages" / "chats-aside" / NAME / "chatstorage.db") == ["anna"]
        if not interruption.has_struck:
            break
    assert steps > 5


def test_bringing_back_copies_so_that_nothing_is_lost_when_it_is_undone(tmp_path: Path) -> None:
    make_store(tmp_path, 2, has_device_id=False)
    move_aside(tmp_path, NAME)

    bring_back(tmp_path, NAME)

    assert chats(tmp_path / "storages" / "chatstorage.db") == ["anna"]
    assert chats(tmp_path / "storages" / "chats-aside" / NAME / "chatstorage.db") == ["anna"]


def test_dropping_takes_only_what_is_named_like_an_aside(tmp_path: Path) -> None:
    make_store(tmp_path, 2, has_device_id=False)
    move_aside(tmp_path, NAME)

    for name in ("", "..", "../..", "other"):
        drop_aside(tmp_path, name)
    assert old_store_aside(tmp_path) == NAME
    drop_aside(tmp_path, NAME)

    assert old_store_aside(tmp_path) == ""
    assert not (tmp_path / "storages" / "chats-aside").exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    make_store(tmp_path, 2, has_device_id=False)
    (tmp_path / "storages" / "chats-aside").write_text("in the way")

    with pytest.raises(FolderError, match="cannot be moved"):
        move_aside(tmp_path, NAME)

    assert chats(tmp_path / "storages" / "chatstorage.db") == ["anna"]
