# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""The simulator's own control interface below ``/sim/``, which real GOWA does not have.

It needs no login but answers loopback clients only, and refuses requests of web pages (those with an Origin header).
"""

import os
import threading

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.api import ApiError, read_object, to_json
from gowa_desktop.simulator.fault_runner import ANSWER_S
from gowa_desktop.simulator.faults import FaultSet
from gowa_desktop.simulator.http_message import Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.simulator.devices import Device
    from gowa_desktop.simulator.site import Site

    Control = Callable[[Site, Request], dict[str, object]]


def answer_control(site: "Site", request: Request) -> Response:
    """Answer one control request with a plain JSON object."""
    if not (request.client.startswith("127.") or request.client == "::1") or request.header("origin"):
        return Response(403, b"Forbidden")
    control = _CONTROLS.get((request.method, request.path))
    if control is None:
        return Response(404, b"Not Found")
    try:
        return Response(200, to_json(control(site, request)), "application/json")
    except (ApiError, ValueError) as error:
        return Response(400, to_json({"error": str(error)}), "application/json")


def _state(site: "Site", _request: Request) -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "era": site.era.name,
        "port": site.port,
        "is_hung": site.runner.is_hung,
        "faults": site.runner.faults.values,
        "settings": site.settings.public_values(),
    }


def _faults(site: "Site", request: Request) -> dict[str, object]:
    faults = FaultSet(request.body.decode("utf-8", "replace"))
    site.signals.is_ignoring = "ignore-term" in faults
    if "panic" in faults:
        _later(_panic)
    elif "crash-at-start" in faults:
        code = faults.number("crash-at-start", 1)
        _later(lambda: os._exit(code))
    site.runner.start(faults)
    return {"faults": faults.values}


def _panic() -> None:
    logs.panic_text("simulated panic")
    os._exit(2)


def _later(action: "Callable[[], None]") -> None:
    timer = threading.Timer(ANSWER_S, action)
    timer.daemon = True
    timer.start()


def _replaced(_site: "Site", _request: Request) -> dict[str, object]:
    _later(lambda: os._exit(0))
    return {"exits": 0}


def _optional_body(request: Request) -> dict[str, object]:
    return read_object(request) if request.body else {}


def _device(site: "Site", body: dict[str, object]) -> "Device":
    """Return the device that the body names, or the only one."""
    name = str(body.get("device_id") or "")
    device = site.devices.find_any(name) if name else site.devices.only()
    if device is None:
        raise ValueError(f"no such device: {name!r}" if name else "name a device_id: there is none or more than one")
    return device


def _pair(site: "Site", request: Request) -> dict[str, object]:
    body = _optional_body(request)
    device = _device(site, body)
    phone = str(body.get("phone") or "628110000001")
    if not phone.isdigit():
        raise ValueError("phone must be digits")
    site.devices.pair(device, phone)
    logs.logrus("info", f"simulated pairing of device {device.id} with {phone}")
    site.hub.broadcast("LOGIN_SUCCESS", f"Successfully pair with {device.jid}")
    return {"device_id": device.id, "jid": device.jid}


def _remote_logout(site: "Site", request: Request) -> dict[str, object]:
    """Play "unlinked on the phone"."""
    device = _device(site, _optional_body(request))
    text = "[REMOTE_LOGOUT] Received LoggedOut event"
    logs.logrus("warning", f"{text} for device {device.id} - user logged out from phone" if device.id else text)
    site.devices.log_out(device)
    if site.era.keeps_slot_on_logout:
        site.hub.broadcast("DEVICE_LOGGED_OUT", "Device logged out (slot kept)", {"device_id": device.id})
        return {"device_id": device.id}
    result = {"device_id": device.id} if site.era.has_devices else None
    site.hub.broadcast("LOGOUT_COMPLETE", "Remote logout cleanup completed", result)
    if site.era.has_devices:
        removed = {"device_id": device.id, "devices": site.device_list()}
        site.hub.broadcast("DEVICE_REMOVED", f"Device {device.id} removed", removed)
    return {"device_id": device.id}


def _disconnect(site: "Site", request: Request) -> dict[str, object]:
    """Lose the connection to WhatsApp; nothing is pushed, as in GOWA."""
    device = _device(site, _optional_body(request))
    device.is_online = False
    device.login_ends_at = 0.0
    return {"device_id": device.id}


def _webhook(site: "Site", request: Request) -> dict[str, object]:
    from gowa_desktop.simulator.webhooks import send_event

    body = _optional_body(request)
    payload = body.get("payload", {})
    if not isinstance(payload, dict):
        raise ValueError("payload must be an object")  # noqa: TRY004 - a bad request, not a programming error
    name = str(body.get("device_id") or "")
    device = _device(site, body) if name else site.devices.only()
    urls = send_event(site.settings, device, str(body.get("event") or "message"), payload)
    return {"urls": urls}


_CONTROLS: "dict[tuple[str, str], Control]" = {
    ("GET", "/sim/state"): _state,
    ("POST", "/sim/faults"): _faults,
    ("POST", "/sim/replaced"): _replaced,
    ("POST", "/sim/pair"): _pair,
    ("POST", "/sim/logout"): _remote_logout,
    ("POST", "/sim/disconnect"): _disconnect,
    ("POST", "/sim/webhook"): _webhook,
}
