# ruff: noqa: PTH103, PTH110, PLC0415 - pathlib and sqlite3 would each cost 10 ms of every start
"""Folders and databases in the working directory, made before the port opens as GOWA does."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.eras import Era

CHAT_DATABASE = "storages/chatstorage.db"
SESSION_DATABASE = "storages/whatsapp.db"
DEVICE_FILE = "storages/sim-devices.json"
QR_FOLDER = "statics/qrcode"
_FOLDERS = (QR_FOLDER, "statics/senditems", "statics/media", "storages")


def prepare_storage(era: "type[Era]") -> tuple[bool, bool]:
    """Create what is missing and tell whether the session and the chat database were already there.

    Raises:
        OSError: if the working directory cannot be written.
    """
    for folder in _FOLDERS:
        os.makedirs(folder, exist_ok=True)
    had_sessions, had_chats = os.path.exists(SESSION_DATABASE), os.path.exists(CHAT_DATABASE)
    device_id = ", device_id TEXT NOT NULL" if era.has_devices else ""
    if not had_sessions:
        _create(SESSION_DATABASE, ("CREATE TABLE whatsmeow_device (jid TEXT PRIMARY KEY, push_name TEXT)",))
    if not had_chats:
        version = era.chat_schema_version
        _create(
            CHAT_DATABASE,
            (
                "CREATE TABLE schema_info (version INTEGER PRIMARY KEY, updated_at TIMESTAMP)",
                f"CREATE TABLE chats (jid TEXT NOT NULL, name TEXT NOT NULL{device_id})",
                f"INSERT INTO schema_info (version) VALUES ({version})",  # noqa: S608 - a constant of ours
            ),
        )
    return had_sessions, had_chats


def _create(path: str, statements: tuple[str, ...]) -> None:
    """Write a small real SQLite file, so that copies and checks by other programs work."""
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
