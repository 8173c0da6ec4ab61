"""The ``/devices`` routes of v8 and v9. Path ids are compared as they stand: GOWA does not URL-decode them."""

from gowa_desktop.simulator.api import ApiError, Route, read_object, success
from gowa_desktop.simulator.http_message import Request, Response
from gowa_desktop.simulator.routes_app import chosen, log_out, reconnect, start_code_login, start_qr_login

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.devices import Device, Webhook
    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.site import Site

_WEBHOOK_DEFAULTS: "Webhook" = {
    "webhook_url": "",
    "webhook_secret": "",
    "webhook_events": "",
    "webhook_insecure_skip_verify": False,
}


def routes(era: "type[Era]") -> list[Route]:
    """Return the routes of the era."""
    table = [
        ("GET", "/devices", _list),
        ("POST", "/devices", _add),
        ("GET", "/devices/:id", _info),
        ("DELETE", "/devices/:id", _remove),
        ("GET", "/devices/:id/status", _status),
        ("GET", "/devices/:id/login", _login),
        ("POST", "/devices/:id/login/code", _login_code),
        ("POST", "/devices/:id/logout", _logout),
        ("POST", "/devices/:id/reconnect", _reconnect),
    ]
    if era.has_device_webhooks:
        table += [("GET", "/devices/:id/webhook", _webhook), ("PATCH", "/devices/:id/webhook", _set_webhook)]
    return [Route(method, pattern, handler, needs_device=False) for method, pattern, handler in table]


def _entry(device: "Device") -> dict[str, object]:
    """Return a device as the list shows it; empty texts are left out."""
    optional = {"phone_number": device.phone, "display_name": device.display_name}
    return {
        "id": device.id,
        **{name: value for name, value in optional.items() if value},
        "state": device.state,
        **({"jid": device.jid} if device.jid else {}),
        "created_at": device.created_at,
    }


def _list(site: "Site", _request: Request, _ids: list[str]) -> Response:
    return success(site.era, "List devices", [_entry(device) for device in site.devices.all()] or None)


def _add(site: "Site", request: Request, _ids: list[str]) -> Response:
    body = read_object(request)
    webhook = _read_webhook(body) if site.era.has_device_webhooks else dict(_WEBHOOK_DEFAULTS)
    device_id = body.get("device_id", "")
    if not isinstance(device_id, str):
        raise ApiError(400, "BAD_REQUEST", "Invalid request body", is_logged=False)
    device = site.devices.add(device_id.strip())
    if device is None:
        raise ApiError(500, "INTERNAL_SERVER_ERROR", f"device {device_id} already exists")
    results: dict[str, object] = {
        "created_at": device.created_at,
        "display_name": device.display_name,
        "id": device.id,
        "jid": device.jid,
        "state": device.state,
    }
    if any(webhook.values()):
        device.webhook = webhook
        site.devices.save()
        results.update(webhook)
    return success(site.era, "Device added", results)


def _info(site: "Site", _request: Request, ids: list[str]) -> Response:
    return success(site.era, "Device info", _entry(chosen(site, ids[0])))


def _remove(site: "Site", _request: Request, ids: list[str]) -> Response:
    site.devices.remove(ids[0])
    return success(site.era, "Device removed")


def _status(site: "Site", _request: Request, ids: list[str]) -> Response:
    device = chosen(site, ids[0])
    results = {"device_id": device.id, "is_connected": device.is_connected, "is_logged_in": device.is_logged_in}
    return success(site.era, "Device status", results)


def _device_for_login(site: "Site", device_id: str) -> "Device":
    """Return the device; GOWA makes a slot that is lost at the next start for an unknown id."""
    if not site.era.has_device_login:
        raise ApiError(500, "INTERNAL_SERVER_ERROR", "device login is not implemented yet")
    device = site.devices.find(device_id) or site.devices.add(device_id, is_stored=False)
    return device if device is not None else chosen(site, device_id)


def _login(site: "Site", request: Request, ids: list[str]) -> Response:
    device = _device_for_login(site, ids[0])
    results = {"device_id": device.id, **start_qr_login(site, request, device)}
    return success(site.era, "Login success", results)


def _login_code(site: "Site", request: Request, ids: list[str]) -> Response:
    device = _device_for_login(site, ids[0])
    results = {"device_id": device.id, "pair_code": start_code_login(site, request, device)}
    return success(site.era, "Login with code started", results)


def _logout(site: "Site", _request: Request, ids: list[str]) -> Response:
    log_out(site, chosen(site, ids[0]))
    return success(site.era, "Logout requested")


def _reconnect(site: "Site", _request: Request, ids: list[str]) -> Response:
    reconnect(chosen(site, ids[0]))
    return success(site.era, "Reconnect requested")


def _read_webhook(body: dict[str, object]) -> "Webhook":
    """Return the webhook fields of a body, with the defaults for those left out.

    Raises:
        ApiError: 400 if one has the wrong type; events are one text with commas, not a list.
    """
    found: Webhook = {}
    for name, default in _WEBHOOK_DEFAULTS.items():
        value = body.get(name)
        if value is None:
            found[name] = default
        elif isinstance(value, (str, bool)) and type(value) is type(default):
            found[name] = value
        else:
            raise ApiError(400, "BAD_REQUEST", "Invalid request body", is_logged=False)
    return found


def _webhook_device(site: "Site", device_id: str) -> "Device":
    device = site.devices.find(device_id)
    if device is None:
        raise ApiError(404, "NOT_FOUND", "device not found", is_logged=False)
    return device


def _webhook_results(device: "Device") -> dict[str, object]:
    fields = {**_WEBHOOK_DEFAULTS, **device.webhook}
    return {"device_id": device.id, **dict(sorted(fields.items()))}


def _webhook(site: "Site", _request: Request, ids: list[str]) -> Response:
    return success(site.era, "Device webhook retrieved", _webhook_results(_webhook_device(site, ids[0])))


def _set_webhook(site: "Site", request: Request, ids: list[str]) -> Response:
    body = read_object(request)
    if body.get("webhook_url") is None:
        raise ApiError(400, "BAD_REQUEST", "webhook_url is required", is_logged=False)
    webhook = _read_webhook(body)
    device = _webhook_device(site, ids[0])
    device.webhook = webhook
    site.devices.save()
    site.hub.broadcast("DEVICE_WEBHOOK_CONFIG_UPDATED", "Device webhook updated", {"device_id": device.id})
    return success(site.era, "Device webhook updated", _webhook_results(device))
