"""What known log lines mean for a person, and what to do about them (GOWA facts 2.8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADVICE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Client outdated \(405\)"), "WhatsApp says that this GOWA is too old. Use a newer version."),
    (re.compile(r"\[REMOTE_LOGOUT\]"), "The device was unlinked on the phone. Pair it again."),
    (re.compile(r"auto-connect failed for device"), "GOWA could not reach WhatsApp when it started. Check the internet connection."),
    (
        re.compile(r"no such column: \S*(device_id|ad_jid)"),
        "The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.",
    ),
    (re.compile(r"database is locked"), "A database was locked. Make sure that no other program opens the instance folder."),
    (re.compile(r"Attempt \d+ to submit webhook failed|Failed forwarding .* to "), "A webhook did not take its events. Check its address."),
    (re.compile(r"\[UI_ASSET\].*failed"), "The web page could not be updated from the internet. The API works without it."),
    (re.compile(r"Basic auth is not valid"), "A sign-in is written wrongly. It must be user:password with one colon."),
    (re.compile(r"failed to apply WHATSAPP_PROXY"), "The proxy was not used. Check its address: http, https or socks5."),
    (re.compile(r"Undecryptable message"), "Some messages could not be decrypted. If that goes on, pair the device again."),
    (re.compile(r"QR context canceled"), "A sign-in by QR code was not finished."),
)


def advice_for(lines: Iterable[str]) -> tuple[str, ...]:
    """Give what the known lines among these mean, each once, in the order in which they first appear."""
    found: dict[str, None] = {}
    for line in lines:
        for pattern, sentence in _ADVICE:
            if pattern.search(line):
                found.setdefault(sentence)
    return tuple(found)
