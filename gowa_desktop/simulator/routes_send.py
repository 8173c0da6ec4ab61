"""``POST /send/message``: the checks and answers of GOWA, without a message."""

import json
import time

from gowa_desktop.simulator.api import ApiError, Route, success
from gowa_desktop.simulator.devices import random_uuid
from gowa_desktop.simulator.http_message import Request, Response, form_values
from gowa_desktop.simulator.routes_app import chosen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.devices import Device
    from gowa_desktop.simulator.site import Site

_DURATIONS = (0, 86400, 604800, 7776000)


def routes() -> list[Route]:
    """Return the routes; every era has the same."""
    return [Route("POST", "/send/message", _send_message, needs_device=True)]


def _send_message(site: "Site", request: Request, ids: list[str]) -> Response:
    fields = _read_fields(site, request)
    jid = _check_fields(fields)
    _check_connection(site, chosen(site, ids[0]))
    stamp = time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC", time.gmtime())
    status = f"Message sent to {jid} (server timestamp: {stamp})"
    message_id = "3EB0" + random_uuid().replace("-", "").upper()[:18]
    return success(site.era, status, {"message_id": message_id, "status": status})


def _read_fields(site: "Site", request: Request) -> dict[str, object]:
    if "json" not in request.header("content-type"):
        return dict(form_values(request.body.decode("utf-8", "replace")))
    try:
        value = json.loads(request.body)
    except ValueError as error:
        letter = request.body.lstrip()[1:2].decode("utf-8", "replace")
        reason = f"invalid character '{letter}' looking for beginning of object key string"
        raise ApiError(500, "INTERNAL_SERVER_ERROR", site.era.bad_json_prefix + reason) from error
    return value if isinstance(value, dict) else {}


def _check_fields(fields: dict[str, object]) -> str:
    """Check the fields in GOWA's order and return the recipient's JID."""
    phone = str(fields.get("phone") or "").strip()
    if not phone:
        raise ApiError(400, "VALIDATION_ERROR", "phone: cannot be blank.")
    if not fields.get("message"):
        raise ApiError(400, "VALIDATION_ERROR", "message: cannot be blank.")
    digits = phone.partition("@")[0].removeprefix("+")
    if digits.startswith("0"):
        message = (
            "phone number must be in international format (should not start with 0). For Indonesian numbers, use 62xxx format instead of 08xxx"
        )
        raise ApiError(400, "VALIDATION_ERROR", message)
    if int(str(fields.get("duration") or 0)) not in _DURATIONS:
        message = "duration must be one of: 0 (no expiry), 86400 (24h), 604800 (7d), 7776000 (90d)"
        raise ApiError(400, "VALIDATION_ERROR", message)
    if not digits.replace("-", "").isdigit():
        raise ApiError(400, "INVALID_JID", f"your JID is invalid: {phone}")
    if "@" in phone:
        return phone
    return f"{digits}@{'g.us' if len(digits) > 15 else 's.whatsapp.net'}"


def _check_connection(site: "Site", device: "Device") -> None:
    if device.is_logged_in:
        return
    if site.era.has_devices and not device.has_client:
        raise ApiError(500, "INVALID_WA_CLI", "your WhatsApp CLI is invalid or empty")
    if device.is_connected:
        raise ApiError(401, "AUTHENTICATION_ERROR", "you are not logged in")
    message = "you are not connect to services server, please reconnect"
    raise ApiError(401, "AUTHENTICATION_ERROR", message)
