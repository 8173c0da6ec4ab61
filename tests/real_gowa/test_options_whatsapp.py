"""Options for WhatsApp and webhooks, saved as the form saves them, and their effect on a real GOWA.

What answers to WhatsApp's events needs the programs that take events from a file (see `conftest.py`): GOWA reaches webhooks
from its event handlers alone (v9.2.0 `src/infrastructure/whatsapp/webhook_forward.go:100`, called from `event_*.go` only), and their
events come over a connection that checks WhatsApp's own key (whatsmeow `handshake.go`, `WACertPubKey`).
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.options import BY_KEY
from tests.real_gowa.receivers import GitHubProxy, Receiver, closing_all, make_certificate

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject
    from tests.real_gowa.real_instance import RealInstance

pytestmark = pytest.mark.real_gowa

SECRET = "  s$%#\"'\\ü 日本  "
GROUP = "120363000000000000@g.us"


def need(real: RealInstance, key: str) -> None:
    """Skip where the version has no such option."""
    if not BY_KEY[key].known_by(real.version):
        pytest.skip(f"{real.version.tag} has no {key}")


def log_after(real: RealInstance, kind: str, end: str, chat: str = "4915112345678@s.whatsapp.net") -> str:
    """Hand an event over and give what GOWA writes until a line that always comes."""
    before = len(real.log())
    real.event(kind, chat)
    real.wait_until(lambda: end in real.log()[before:], f"“{end}” in {real.log()[before:]}")
    return real.log()[before:]


def test_webhooks_are_delivered_and_signed_and_those_switched_off_are_not(with_events: RealInstance) -> None:
    one, two, off = Receiver(), Receiver(), Receiver()
    webhooks: JsonObject = {
        "webhooks": [f"{one.address}/a%2Cb?token=x%25y", f"{off.address}/off", f"{two.address}/two"],
        "disabledWebhooks": [f"{off.address}/off"],
        "webhookSecret": SECRET,
    }
    with closing_all(one, two, off):
        with_events.start_with(webhooks)
        with_events.event("message", text="hello, ü")
        with_events.wait_until(lambda: bool(one.received and two.received), "both webhooks")
        assert one.received[0].path == "/a%2Cb?token=x%25y"
        assert two.received[0].path == "/two"
        assert "hello, ü" in one.received[0].body.decode()
        assert all(request.is_signed_with(SECRET) for request in (one.received[0], two.received[0]))
        assert not one.received[0].is_signed_with("secret")
        assert off.received == []

        with_events.start_with({"disabledWebhooks": []})
        with_events.event("message", text="again")
        with_events.wait_until(lambda: bool(off.received), "the webhook that is on again")


def test_webhook_events_and_ignored_jids_are_left_out(with_events: RealInstance) -> None:
    need(with_events, "webhookEvents")
    receiver = Receiver()
    with closing_all(receiver):
        with_events.start_with({"webhooks": [receiver.address], "webhookEvents": ["call.offer"]})
        with_events.event("message")
        with_events.event("call")
        with_events.wait_until(lambda: bool(receiver.received), "the call")
        assert [request.data["event"] for request in receiver.received] == ["call.offer"]

        receiver.received.clear()
        flags: JsonObject = {"webhookEvents": []}
        if BY_KEY["webhookIgnoreJids"].known_by(with_events.version):
            flags["webhookIgnoreJids"] = ["@g.us"]
        with_events.start_with(flags)
        with_events.event("message", GROUP)
        with_events.event("message")
        with_events.wait_until(lambda: bool(receiver.received), "the message that is not ignored")
        assert GROUP not in receiver.received[0].body.decode()
        assert len(receiver.received) == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
def test_webhook_insecure_skip_verify_accepts_any_certificate(with_events: RealInstance, tmp_path: Path) -> None:
    receiver = Receiver(make_certificate(tmp_path))
    with closing_all(receiver):
        with_events.start_with({"webhooks": [receiver.address]})
        with_events.event("message")
        with_events.wait_for_log("Attempt 1 to submit webhook failed")
        assert receiver.received == []
        with_events.start_with({"webhookInsecureSkipVerify": True})
        with_events.event("message")
        with_events.wait_until(lambda: bool(receiver.received), "the webhook")


def test_auto_reply_is_tried_only_when_there_is_a_text(with_events: RealInstance) -> None:
    receiver = Receiver()
    failed = "Failed to send auto-reply message"
    with closing_all(receiver):
        with_events.start_with({"webhooks": [receiver.address]})
        assert failed not in log_after(with_events, "message", "Successfully submitted webhook")
        with_events.start_with({"autoReply": "We are closed.\nÜber 日本"})
        assert failed in log_after(with_events, "message", "Successfully submitted webhook")
        with_events.start_with({"autoReply": ""})
        assert failed not in log_after(with_events, "message", "Successfully submitted webhook")


def test_auto_mark_read_is_tried_only_when_on(with_events: RealInstance) -> None:
    receiver = Receiver()
    failed = "Failed to mark message"
    with closing_all(receiver):
        with_events.start_with({"debug": True, "webhooks": [receiver.address]})
        assert failed not in log_after(with_events, "message", "Successfully submitted webhook")
        with_events.start_with({"autoMarkRead": True})
        assert failed in log_after(with_events, "message", "Successfully submitted webhook")


def test_auto_download_media_fetches_images_only_when_on(with_events: RealInstance) -> None:
    failed = "Failed to download image"
    with_events.start_with({"debug": True, "autoDownloadMedia": False})
    assert failed not in log_after(with_events, "image", "Received message TESTimage")
    with_events.event("receipt")
    with_events.wait_for_log("was read by")
    assert failed not in with_events.log()
    with_events.start_with({"autoDownloadMedia": True})
    assert failed in log_after(with_events, "image", failed)


def test_auto_reject_call_is_tried_only_when_on(with_events: RealInstance) -> None:
    need(with_events, "autoRejectCall")
    receiver = Receiver()
    failed = "Failed to reject call"
    with closing_all(receiver):
        with_events.start_with({"webhooks": [receiver.address]})
        assert failed not in log_after(with_events, "call", "Successfully submitted webhook")
        with_events.start_with({"autoRejectCall": True})
        assert failed in log_after(with_events, "call", "Successfully submitted webhook")


def test_presence_on_connect_says_what_is_chosen(with_events: RealInstance) -> None:
    need(with_events, "presenceOnConnect")
    with_events.start_with({"debug": True})
    log_after(with_events, "presence", "Failed to send unavailable presence")
    with_events.start_with({"presenceOnConnect": "available"})
    log_after(with_events, "presence", "Failed to send available presence")
    with_events.start_with({"presenceOnConnect": "none"})
    log_after(with_events, "presence", "Skipping presence on connect (configured: none)")


def test_presence_pulse_runs_as_it_is_set(real: RealInstance) -> None:
    need(real, "presencePulseEnabled")
    real.start_with({"presencePulseInterval": "1h30m", "presencePulseDuration": "90s"})
    real.wait_for_log("presence pulse scheduler started; interval=1h30m0s duration=1m30s")
    real.start_with({"presencePulseEnabled": False})
    real.wait_for_log("presence pulse scheduler disabled")


def test_whatsapp_proxy_is_where_the_connection_goes(real: RealInstance) -> None:
    need(real, "whatsappProxy")
    proxy = GitHubProxy()
    with closing_all(proxy):
        real.start_with({"whatsappProxy": proxy.address.replace("//", "//us%20er:p%40w@")})
        real.ask("/devices", method="POST", body={"device_id": "one"})
        real.ask("/app/login", headers={"X-Device-Id": "one"})
        real.wait_until(lambda: "web.whatsapp.com:443" in proxy.targets, "a call through the proxy")
    assert "p%40w" not in " ".join(real.process.cmdline())
