"""The signed webhook sender with GOWA's retries; loaded when the first event is sent."""

import hashlib
import hmac
import http.client
import json
import ssl
import threading
import time
from urllib.parse import urlsplit

from gowa_desktop.simulator import logs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.simulator.devices import Device
    from gowa_desktop.simulator.settings import Settings

_PAUSES_S = (1, 2, 4, 8, 0)
_EVENT_LIMIT_S = 30.0
_V7_EVENTS_WITH_PAYLOAD = ("message.ack", "group.", "event.delete")


def build_body(settings: "Settings", device: "Device | None", event: str, payload: dict[str, object]) -> bytes:
    """Return the JSON body of an event in the form of the era; keys are sorted as Go sorts maps."""
    era = settings.era
    if not era.has_devices and not event.startswith(_V7_EVENTS_WITH_PAYLOAD):
        body: dict[str, object] = payload
    else:
        body = {"event": event, "payload": payload, "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if era.has_devices and device is not None:
            body["device_id"] = device.jid
            if era.has_device_webhooks:
                body["session_id"] = device.id
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def send_event(settings: "Settings", device: "Device | None", event: str, payload: dict[str, object]) -> list[str]:
    """Send an event in a thread of its own and return the addresses that it goes to."""
    config = device.webhook if device is not None else {}
    urls = [str(config["webhook_url"])] if config.get("webhook_url") else [url for url in settings.items("webhook") if url]
    allowed = settings.items("webhook-events")
    if config.get("webhook_events"):
        allowed = str(config["webhook_events"]).split(",")
    if allowed and event not in allowed:
        return []
    if urls:
        secret = str(config.get("webhook_secret") or settings.text("webhook-secret"))
        skips_check = bool(config.get("webhook_insecure_skip_verify")) or settings.is_on("webhook-insecure-skip-verify")
        body = build_body(settings, device, event, payload)
        sender = _Sender(body, secret, is_chunked=settings.era.sends_chunked_webhooks, skips_check=skips_check)
        threading.Thread(target=sender.send_to_all, args=(event, urls), daemon=True).start()
    return urls


class _Sender:
    """Sends one body to several addresses, one after the other, within the time limit of the event."""

    def __init__(self, body: bytes, secret: str, *, is_chunked: bool, skips_check: bool) -> None:
        self._body = body
        self._is_chunked = is_chunked
        self._skips_check = skips_check
        self._signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        self._end = time.monotonic() + _EVENT_LIMIT_S

    def send_to_all(self, event: str, urls: "Sequence[str]") -> None:
        logs.logrus("info", f"Forwarding {event} to {len(urls)} configured webhook(s)")
        for url in urls:
            error = self._send_with_retries(url)
            if error:
                logs.logrus("warning", f"Failed forwarding {event} to {url}: {error}")

    def _send_with_retries(self, url: str) -> str:
        error = "context deadline exceeded"
        for attempt, pause_s in enumerate(_PAUSES_S, 1):
            if time.monotonic() > self._end:
                break
            error = self._send_once(url)
            if not error:
                logs.logrus("info", f"Successfully submitted webhook on attempt {attempt}")
                return ""
            logs.logrus("warning", f"Attempt {attempt} to submit webhook failed: {error}")
            time.sleep(min(pause_s, max(0.0, self._end - time.monotonic())))
        return f"error when submit webhook after {len(_PAUSES_S)} attempts: {error}"

    def _send_once(self, url: str) -> str:
        """Send once; return an empty text for a 2xx answer, else what went wrong."""
        parts = urlsplit(url)
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": self._signature}
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection = self._connect(parts.scheme, parts.hostname or "", parts.port)
            try:
                if self._is_chunked:
                    headers["Transfer-Encoding"] = "chunked"
                    connection.request("POST", target, iter([self._body]), headers, encode_chunked=True)
                else:
                    connection.request("POST", target, self._body, headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            return f'Post "{url}": {error}'
        return "" if 200 <= status < 300 else f"webhook returned status {status}"

    def _connect(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=10)
        if scheme != "https":
            raise ValueError(f'unsupported protocol scheme "{scheme}"')
        context = ssl.create_default_context()
        if self._skips_check:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=10, context=context)
