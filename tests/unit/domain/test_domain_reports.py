"""Advice from known log lines, and what changed since the last good start."""

from __future__ import annotations

import pytest

from gowa_desktop.domain.launch_changes import changes_between, launch_facts
from gowa_desktop.domain.log_advice import advice_for


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Client outdated (405) connect failure", "too old"),
        ("[REMOTE_LOGOUT] Received LoggedOut event", "unlinked"),
        ("auto-connect failed for device x: dial", "reach WhatsApp"),
        ("no such column: c.device_id", "v7"),
        ("database is locked", "locked"),
        ("Attempt 3 to submit webhook failed", "webhook"),
        ("Failed forwarding message to http://x", "webhook"),
        ("[UI_ASSET] download failed", "web page"),
        ("Basic auth is not valid", "colon"),
        ("failed to apply WHATSAPP_PROXY", "proxy"),
        ("Undecryptable message", "decrypted"),
        ("QR context canceled", "QR"),
    ],
)
def test_known_line_gets_advice(line: str, word: str) -> None:
    (sentence,) = advice_for(["nothing of note", line, line])

    assert word in sentence


def test_unknown_lines_get_none() -> None:
    assert advice_for(["all is well", ""]) == ()


def test_changes_name_what_differs_and_show_no_secret() -> None:
    before = launch_facts("v8.11.0", 8001, {"flags": {"debug": False, "webhookSecret": "old-secret", "os": "A"}, "args": ["-x"]})
    now = launch_facts("v9.2.0", 8001, {"flags": {"debug": True, "webhookSecret": "new-secret"}, "args": ["-y"]})

    changes = changes_between(before, now)

    assert changes == (
        "Version was v8.11.0, is v9.2.0",
        "args was changed",
        "debug was off, is on",
        "os was A, is not set",
        "webhookSecret was changed",
    )
    assert "secret" not in " ".join(changes).replace("webhookSecret", "")


def test_same_facts_are_no_change() -> None:
    facts = launch_facts("v9.2.0", 8001, {"flags": {"debug": True}})

    assert changes_between(facts, facts) == ()
