"""Options for Chatwoot, saved as the form saves them, and what a real GOWA then asks of a Chatwoot on this computer."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.options import BY_KEY
from tests.real_gowa.receivers import Chatwoot, closing_all

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from tests.real_gowa.real_instance import RealInstance

pytestmark = pytest.mark.real_gowa

GROUP = "120363000000000000@g.us"
TOKEN = "tok!hush~x"


@pytest.fixture(autouse=True)
def has_chatwoot(tag: str) -> None:
    """v7 knows no Chatwoot."""
    if tag.startswith("v7"):
        pytest.skip(f"{tag} knows no Chatwoot")


def connected(chatwoot: Chatwoot, **flags: object) -> JsonObject:
    """What connects an instance to a Chatwoot."""
    return {
        "chatwootEnabled": True,
        "chatwootUrl": f"{chatwoot.address}/chat",
        "chatwootApiToken": TOKEN,
        "chatwootAccountId": 4711,
        "chatwootInboxId": 12,
        **flags,  # type: ignore[dict-item]
    }


def sent_messages(chatwoot: Chatwoot) -> list[str]:
    """What GOWA wrote into conversations."""
    return [str(one.data.get("content")) for one in chatwoot.received if one.method == "POST" and one.path.endswith("/messages")]


def test_chatwoot_auto_create_makes_the_inbox_with_its_name_and_address(real: RealInstance) -> None:
    chatwoot = Chatwoot()
    with closing_all(chatwoot):
        flags = connected(chatwoot, chatwootInboxId=0, chatwootAutoCreate=True, chatwootInboxName='My "inbox", ü')
        real.start_with({**flags, "chatwootWebhookUrl": "https://u:p@x.example/chatwoot/webhook"})
        real.wait_until(lambda: "POST /chat/api/v1/accounts/4711/inboxes" in chatwoot.paths(), "a new inbox")
    made = chatwoot.received[-1]
    assert made.headers.get("Api_access_token", made.headers.get("api_access_token")) == TOKEN
    assert made.data["name"] == 'My "inbox", ü'
    assert made.data["channel"] == {"type": "api", "webhook_url": "https://u:p@x.example/chatwoot/webhook"}
    assert TOKEN not in " ".join(real.process.cmdline())

    real.start_with({"chatwootInboxId": 12})
    real.wait_for_log("CHATWOOT_INBOX_ID=12 already set")


def test_chatwoot_switched_off_asks_nothing(with_events: RealInstance) -> None:
    chatwoot = Chatwoot()
    with closing_all(chatwoot):
        with_events.start_with(connected(chatwoot, chatwootEnabled=False, chatwootAutoCreate=True, debug=True))
        with_events.event("message")
        with_events.wait_for_log("Received message TESTmessage")
        assert with_events.ask("/chatwoot/webhook", method="POST", body={}).status in {400, 404}
    assert chatwoot.received == []


def test_chatwoot_gets_messages_as_new_conversations_open_or_pending(with_events: RealInstance) -> None:
    chatwoot = Chatwoot()
    with closing_all(chatwoot):
        with_events.start_with(connected(chatwoot))
        with_events.event("message", text="hello, ü")
        with_events.wait_until(lambda: bool(sent_messages(chatwoot)), "the message")
        assert sent_messages(chatwoot) == ["hello, ü"]
        conversation = next(one for one in chatwoot.received if one.path.endswith("4711/conversations"))
        assert conversation.data["status"] == "open"
        assert conversation.data["inbox_id"] == 12

        chatwoot.received.clear()
        with_events.start_with({"chatwootConversationPending": True})
        with_events.event("image", text="second")
        with_events.event("edit", text="changed")
        with_events.wait_until(lambda: any(one.path.endswith("4711/conversations") for one in chatwoot.received), "a conversation")
        conversation = next(one for one in chatwoot.received if one.path.endswith("4711/conversations"))
        assert conversation.data["status"] == "pending"


def test_chatwoot_reopen_conversation_uses_the_resolved_one(with_events: RealInstance) -> None:
    chatwoot = Chatwoot([{"id": 33, "inbox_id": 12, "status": "resolved"}])
    with closing_all(chatwoot):
        with_events.start_with(connected(chatwoot))
        with_events.event("message")
        with_events.wait_until(lambda: bool(sent_messages(chatwoot)), "the message")
        assert "POST /chat/api/v1/accounts/4711/conversations/33/toggle_status" in chatwoot.paths()
        chatwoot.received.clear()
        with_events.start_with({"chatwootReopenConversation": False})
        with_events.event("edit", text="changed")
        with_events.wait_until(lambda: bool(sent_messages(chatwoot)), "the note")
        assert "POST /chat/api/v1/accounts/4711/conversations" in chatwoot.paths()
        assert not [path for path in chatwoot.paths() if "toggle_status" in path]


def test_chatwoot_ignore_jids_keeps_chats_out(with_events: RealInstance) -> None:
    chatwoot = Chatwoot()
    with closing_all(chatwoot):
        with_events.start_with(connected(chatwoot, chatwootIgnoreJids=["@g.us"]))
        with_events.event("message", GROUP, "from the group")
        with_events.wait_for_log("skipping ignored JID")
        with_events.event("edit", text="from a person")
        with_events.wait_until(lambda: bool(sent_messages(chatwoot)), "the note")
        assert "from the group" not in str(sent_messages(chatwoot))


def test_chatwoot_forward_edits_and_forward_deletes_write_notes_only_when_on(with_events: RealInstance) -> None:
    chatwoot = Chatwoot()
    with closing_all(chatwoot):
        with_events.start_with(connected(chatwoot))
        with_events.event("edit", text="changed")
        with_events.wait_until(lambda: len(sent_messages(chatwoot)) == 1, "the note of the edit")
        with_events.event("revoke")
        with_events.wait_until(lambda: len(sent_messages(chatwoot)) == 2, "the note of the deletion")
        chatwoot.received.clear()
        with_events.start_with({"chatwootForwardEdits": False, "chatwootForwardDeletes": False})
        with_events.event("edit", text="changed")
        with_events.event("revoke")
        with_events.event("message", text="the last one")
        with_events.wait_until(lambda: bool(sent_messages(chatwoot)), "the message")
        assert sent_messages(chatwoot) == ["the last one"]


def test_chatwoot_message_read_and_message_delete_are_tried_only_when_on(with_events: RealInstance) -> None:
    chatwoot = Chatwoot()

    def tried() -> tuple[bool, bool]:
        before = len(with_events.log())
        for kind in ("receipt", "revoke", "edit"):
            with_events.event(kind)
        # What follows for an account that is not paired is nothing; that it is tried at all depends on the options alone.
        with_events.wait_until(lambda: "forward message.edited" in with_events.log()[before:], "the last event")
        with_events.stop()
        log = with_events.log()[before:]
        return "Attempting to forward message.ack" in log, "Attempting to forward message.revoked" in log

    with closing_all(chatwoot):
        with_events.start_with(connected(chatwoot, chatwootForwardDeletes=False))
        assert tried() == (False, False)
        with_events.start_with({"chatwootMessageRead": True})
        assert tried() == (True, False)
        with_events.start_with({"chatwootMessageRead": False, "chatwootMessageDelete": True})
        assert tried() == (False, True)


def test_chatwoot_webhook_secret_must_be_carried(real: RealInstance) -> None:
    chatwoot = Chatwoot()
    secret = "s$%#\"'ü x"
    with closing_all(chatwoot):
        real.start_with(connected(chatwoot))
        assert real.ask("/chatwoot/webhook", method="POST", body={"event": "ping"}).status == 200
        real.start_with({"chatwootWebhookSecret": secret})
        assert real.ask("/chatwoot/webhook", method="POST", body={"event": "ping"}).status == 401
        assert real.ask("/chatwoot/webhook?secret=s%24%25%23%22%27%C3%BC%20x", method="POST", body={"event": "ping"}).status == 200


def test_chatwoot_device_id_is_who_answers_from_chatwoot(real: RealInstance) -> None:
    chatwoot = Chatwoot()
    reply: JsonObject = {
        "event": "message_created", "message_type": "outgoing", "content": "answer", "id": 5, "account": {"id": 4711},
        "conversation": {"id": 9, "inbox_id": 12, "meta": {"sender": {"phone_number": "+4915112345678"}}},
    }  # fmt: skip
    with closing_all(chatwoot):
        real.start_with(connected(chatwoot, chatwootDeviceId="dévice 1"))
        for name in ("first", "second"):
            real.ask("/devices", method="POST", body={"device_id": name})
        real.ask("/chatwoot/webhook", method="POST", body=reply)
        real.wait_for_log("dévice 1")
        real.start_with({"chatwootDeviceId": "second"})
        length = len(real.log())
        real.ask("/chatwoot/webhook", method="POST", body=reply)
        assert "Failed to resolve device" not in real.log()[length:]


def test_chatwoot_days_limit_is_what_a_sync_takes(real: RealInstance) -> None:
    chatwoot = Chatwoot()
    with closing_all(chatwoot):
        real.start_with(connected(chatwoot, chatwootDaysLimitImportMessages=11))
        real.ask("/devices", method="POST", body={"device_id": "one"})
        results = real.ask("/chatwoot/sync", method="POST").data["results"]
        assert isinstance(results, dict)
        assert results["days_limit"] == 11, "chatwootDaysLimitImportMessages"


def test_chatwoot_import_db_uri_is_where_a_sync_goes(real: RealInstance) -> None:
    chatwoot, listener = Chatwoot(), socket.create_server(("127.0.0.1", 0))
    listener.settimeout(15)
    with closing_all(chatwoot), listener:
        address = f"postgresql://u:p%2Fhush@127.0.0.1:{listener.getsockname()[1]}/chatwoot?sslmode=disable"
        real.start_with(connected(chatwoot, chatwootDeviceId="one", chatwootImportDbUri=address))
        real.ask("/devices", method="POST", body={"device_id": "one"})
        real.ask("/chatwoot/sync", method="POST")
        connection, _ = listener.accept()
        connection.settimeout(15)
        with connection:
            assert b"chatwoot" in connection.recv(1000)
    assert "hush" not in "\n".join(real.services.instances.log_tail(real.id, 500))


def test_chatwoot_allowed_hosts_limit_what_a_device_may_name(real: RealInstance) -> None:
    if not BY_KEY["chatwootAllowedHosts"].known_by(real.version):
        pytest.skip(f"{real.version.tag} has no chatwootAllowedHosts")
    chatwoot = Chatwoot()
    body: JsonObject = {"chatwoot_url": "http://10.0.0.5:3000", "api_token": "x", "account_id": 1, "inbox_id": 2, "enabled": True}
    with closing_all(chatwoot):
        real.start_with(connected(chatwoot, chatwootAllowedHosts=["chat.example.com"]))
        real.ask("/devices", method="POST", body={"device_id": "one"})
        refused = real.ask("/devices/one/chatwoot/config", method="PUT", body=body)
        assert "is not in the allowed hosts list" in refused.body
        real.start_with({"chatwootAllowedHosts": ["chat.example.com", "10.0.0.5"]})
        assert real.ask("/devices/one/chatwoot/config", method="PUT", body=body).status == 200
