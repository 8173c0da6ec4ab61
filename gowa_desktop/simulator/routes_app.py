"""The ``/app`` routes: pairing, logout and status of the chosen device (v8, v9) or of the only account (v7)."""

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.api import ApiError, Route, success
from gowa_desktop.simulator.http_message import Request, Response
from gowa_desktop.simulator.qr_image import write_qr_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.devices import Device
    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.site import Site

QR_DURATION_S = 30
_PAIR_CODE_LETTERS = "123456789ABCDEFGHJKLMNPQRSTVWXYZ"


def routes(era: "type[Era]") -> list[Route]:
    """Return the routes of the era."""
    found = [
        Route("GET", "/app/login", _login, needs_device=True),
        Route("GET", "/app/login-with-code", _login_with_code, needs_device=True),
        Route("GET", "/app/logout", _logout, needs_device=True),
        Route("GET", "/app/reconnect", _reconnect, needs_device=True),
        Route("GET", "/app/devices", _devices, needs_device=True),
        Route("GET", "/app/status", _status, needs_device=True),
    ]
    if era.has_app_info:
        found.append(Route("GET", "/app/info", _info, needs_device=False))
    if era.has_device_webhooks:
        found += [
            Route("GET", "/app/passkey", _passkey, needs_device=True),
            Route("POST", "/app/passkey/response", _passkey_response, needs_device=True),
            Route("POST", "/app/passkey/confirm", _passkey_confirm, needs_device=True),
        ]
    return found


def chosen(site: "Site", device_id: str) -> "Device":
    """Return the device with this exact id.

    Raises:
        ApiError: 500 as GOWA answers, if there is none.
    """
    device = site.devices.find(device_id)
    if device is None:
        raise ApiError(500, "INTERNAL_SERVER_ERROR", f"device {device_id} not found")
    return device


def start_qr_login(site: "Site", request: Request, device: "Device") -> dict[str, object]:
    """Begin a pairing round and return ``qr_link`` and ``qr_duration``.

    Raises:
        ApiError: if the device is paired already, online or not, or if the network is simulated to be down.
    """
    if device.is_logged_in:
        raise ApiError(400, "ALREADY_LOGGED_IN", "you are already logged in.")
    if device.jid:
        message = "your session have been saved, please wait to connect 2 second and refresh again"
        raise ApiError(500, "SESSION_SAVED_ERROR", message)
    device.begin_login()
    if "offline" in site.runner.faults:
        raise ApiError(401, "AUTHENTICATION_ERROR", "reconnect error")
    life_s = site.runner.faults.number("qr-life", QR_DURATION_S * 1000) / 1000
    path = write_qr_image(life_s)
    link = f"http://{request.header('host')}{site.settings.base_path}/{path}"
    return {"qr_duration": QR_DURATION_S, "qr_link": link}


def start_code_login(site: "Site", request: Request, device: "Device") -> str:
    """Begin a pairing round by code and return the code.

    Raises:
        ApiError: for a bad number, a paired device, or a simulated network failure.
    """
    phone = request.query("phone")
    digits = phone.removeprefix("+")
    if not phone or not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        reason = "must be in a valid format" if phone else "cannot be blank"
        message = f"phone_number({phone}): {reason}"
        logs.logrus("error", f"Error when validate login with code: {message}")
        raise ApiError(400, "VALIDATION_ERROR", message)
    if device.is_logged_in:
        raise ApiError(400, "ALREADY_LOGGED_IN", "you are already logged in.")
    device.begin_login()
    if "offline" in site.runner.faults:
        raise ApiError(500, "INTERNAL_SERVER_ERROR", "failed to dial whatsapp web websocket: network is unreachable")
    number, letters = int(digits) * 48271 + 11, ""
    for _ in range(8):
        number, place = divmod(number * 31 + 7, len(_PAIR_CODE_LETTERS))
        letters += _PAIR_CODE_LETTERS[place]
    return f"{letters[:4]}-{letters[4:]}"


def log_out(site: "Site", device: "Device") -> None:
    """Log the device out and tell the WebSocket clients in the words of the era."""
    site.devices.log_out(device)
    if not site.era.has_devices:
        site.hub.broadcast("LOGOUT_COMPLETE", "Logout completed, ready for a new login")
        return
    result = {"device_id": device.id, "devices": site.device_list()}
    if site.era.keeps_slot_on_logout:
        site.hub.broadcast("DEVICE_LOGGED_OUT", f"Device {device.id} logged out (slot kept)", result)
    else:
        site.hub.broadcast("LOGOUT_COMPLETE", f"Device {device.id} logged out", {"device_id": device.id})
        site.hub.broadcast("DEVICE_REMOVED", f"Device {device.id} removed", result)


def _with_id(site: "Site", device: "Device", results: dict[str, object]) -> dict[str, object]:
    return {"device_id": device.id, **results} if site.era.has_devices else results


def _login(site: "Site", request: Request, ids: list[str]) -> Response:
    device = chosen(site, ids[0])
    return success(site.era, "Login success", _with_id(site, device, start_qr_login(site, request, device)))


def _login_with_code(site: "Site", request: Request, ids: list[str]) -> Response:
    device = chosen(site, ids[0])
    results = _with_id(site, device, {"pair_code": start_code_login(site, request, device)})
    return success(site.era, "Login with code success", results)


def _logout(site: "Site", _request: Request, ids: list[str]) -> Response:
    device = chosen(site, ids[0])
    log_out(site, device)
    if not site.era.has_devices:
        return success(site.era, "Success logout")
    return success(site.era, "Success logout", {"device_id": device.id})


def _reconnect(site: "Site", _request: Request, ids: list[str]) -> Response:
    device = chosen(site, ids[0])
    if not site.era.has_devices:
        device.is_online = True
        return success(site.era, "Reconnect success")
    device.has_client = True
    reconnect(device)
    return success(site.era, "Reconnect success", {"device_id": device.id})


def reconnect(device: "Device") -> None:
    """Bring a paired device online.

    Raises:
        ApiError: 500 if it has no client yet or is not paired.
    """
    if not device.has_client:
        raise ApiError(500, "INTERNAL_SERVER_ERROR", f"device {device.id} client not initialized")
    if not device.jid:
        raise ApiError(500, "INTERNAL_SERVER_ERROR", f"device {device.id} is not logged in (session deleted)")
    device.is_online = True


def _devices(site: "Site", _request: Request, _ids: list[str]) -> Response:
    return success(site.era, "Fetch device success", site.device_list())


def _status(site: "Site", _request: Request, ids: list[str]) -> Response:
    device = chosen(site, ids[0])
    results: dict[str, object] = {
        "device_id": device.id if site.era.has_devices else device.jid,
        "is_connected": device.is_connected,
        "is_logged_in": device.is_logged_in,
    }
    if site.era.has_jid_in_app_routes:
        results["jid"] = device.jid
    return success(site.era, "Connection status retrieved", results)


def _info(site: "Site", _request: Request, _ids: list[str]) -> Response:
    settings = site.settings
    results = {
        "base_path": settings.text("base-path"),
        "chatwoot_enabled": settings.is_on("chatwoot-enabled"),
        "max_file_size": 50_000_000,
        "max_image_size": 20_000_000,
        "max_video_size": 100_000_000,
        "os": settings.text("os"),
        "version": site.era.version,
    }
    return success(site.era, "Fetch app info success", results)


def _passkey(site: "Site", _request: Request, ids: list[str]) -> Response:
    results = {"challenge": None, "code": "", "device_id": ids[0], "skip_handoff_ux": False, "status": "none"}
    return success(site.era, "Passkey pairing status", results)


def _passkey_response(_site: "Site", _request: Request, _ids: list[str]) -> Response:
    raise ApiError(400, "VALIDATION_ERROR", "id: cannot be blank; type: cannot be blank.")


def _passkey_confirm(_site: "Site", _request: Request, ids: list[str]) -> Response:
    raise ApiError(500, "INTERNAL_SERVER_ERROR", f"no pending passkey confirmation for device {ids[0]}")
