"""What files in an instance folder are: no database is ever media, and nothing unknown may be cleaned away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.folder_parts import FolderPart, is_received_media, is_safe_to_clean, part_of

_IMAGE = "storages/1758012345-0a1b2c3d-1111-2222-3333-444455556666.jpg"


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("storages/whatsapp.db", FolderPart.SESSIONS),
        ("storages/whatsapp.db-wal", FolderPart.SESSIONS),
        ("storages/oauth.db", FolderPart.SESSIONS),
        ("keys/elsewhere.db", FolderPart.SESSIONS),
        ("storages/chatstorage.db", FolderPart.CHATS),
        ("storages/chatstorage.db-shm", FolderPart.CHATS),
        ("statics/media/123-abc.mp4", FolderPart.MEDIA),
        ("statics/qrcode/scan.png", FolderPart.MEDIA),
        (_IMAGE, FolderPart.MEDIA),
        ("logs/gowa.log", FolderPart.LOGS),
        ("storages/history-1-x-0-RECENT.json", FolderPart.OTHER),
        ("storages/ui/index.html", FolderPart.OTHER),
        (".gowa-desktop-process.json", FolderPart.OTHER),
        ("anything", FolderPart.OTHER),
    ],
)
def test_part_of_each_kind_of_file(place: str, part: FolderPart) -> None:
    assert part_of(place) is part


def test_received_media_are_what_gowa_downloads_and_the_second_copies_of_images() -> None:
    assert is_received_media("statics/media/120363@g.us/2026-01-02/a.pdf")
    assert is_received_media(_IMAGE)
    for place in ("statics/senditems/a.mp4", "storages/photo.jpg", "storages/history-1-x-0-RECENT.json", "logs/gowa.log"):
        assert not is_received_media(place)


def test_safe_to_clean_is_what_nobody_misses() -> None:
    for place in ("storages/history-1758012345-1@s.whatsapp.net-0-RECENT.json", _IMAGE, "statics/qrcode/scan.png"):
        assert is_safe_to_clean(place, is_stopped=False)
    assert is_safe_to_clean("statics/senditems/half.mp4", is_stopped=True)
    assert not is_safe_to_clean("statics/senditems/half.mp4", is_stopped=False)
    for place in ("statics/media/a.jpg", "storages/ui/index.html", "logs/gowa.log", "storages/notes.json", "statics/mine.txt", ".env"):
        assert not is_safe_to_clean(place, is_stopped=True)


@given(st.sampled_from(["storages", "statics/media", "statics/qrcode", "statics/senditems", "x/y"]), st.sampled_from(["", "-wal", "-shm"]))
def test_database_is_never_cleaned_wherever_it_lies(folder: str, ending: str) -> None:
    place = f"{folder}/whatsapp.db{ending}"
    assert not is_received_media(place)
    assert not is_safe_to_clean(place, is_stopped=True)
