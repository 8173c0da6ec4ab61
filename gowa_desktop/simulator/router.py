# ruff: noqa: PLC0415 - what the first requests do not need is imported when it is
"""From a request to an answer, in GOWA's order: health, files, login, base path, page, WebSocket, routes."""

from gowa_desktop.simulator import logs
from gowa_desktop.simulator.http_message import Request, Response
from gowa_desktop.simulator.websocket import handshake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.api import Route
    from gowa_desktop.simulator.devices import Device
    from gowa_desktop.simulator.site import Site


class Router:
    """Answers the requests to a site. Thread-safe; lives as long as the process."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        self._routes: list[Route] | None = None

    def dispatch(self, request: Request) -> Response:
        """Answer one request."""
        response = self._answer(request)
        self._add_cors(request, response)
        return response

    def _answer(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        base = self._site.settings.base_path
        is_below = request.path == base or request.path.startswith(f"{base}/")
        path = request.path[len(base) :] or "/" if is_below else ""
        public = self._answer_public(request, method, path)
        if public is not None:
            return public
        if not self._is_allowed(request):
            response = Response(401, b"Unauthorized")
            response.headers["Www-Authenticate"] = self._site.era.auth_challenge
            return response
        return self._answer_inside(request, method, path) if is_below else self._not_found(request)

    def _answer_public(self, request: Request, method: str, path: str) -> Response | None:
        """Answer what needs no login; ``path`` is the part below the base path."""
        if request.path == "/health" and self._site.era.has_health and request.method == "GET":
            return Response(200, b"OK")
        if request.path.startswith("/sim/"):
            from gowa_desktop.simulator.routes_control import answer_control

            return answer_control(self._site, request)
        if method == "OPTIONS" and request.header("access-control-request-method"):
            return Response(204)
        return _static_file(path[1:]) if method == "GET" and path.startswith("/statics/") else None

    def _answer_inside(self, request: Request, method: str, path: str) -> Response:
        """Answer a request that passed the login, with its path below the base path."""
        from gowa_desktop.simulator.api import ApiError

        if path == "/" and method == "GET":
            from gowa_desktop.simulator.page import render_page

            return Response(200, render_page(self._site).encode(), "text/html; charset=utf-8")
        try:
            return self._answer_route(request, method, path)
        except ApiError as error:
            if error.is_logged:
                logs.logrus("error", f"Panic recovered in middleware: {error}")
            return Response(error.status, error.body(), self._site.era.json_type)

    def _answer_route(self, request: Request, method: str, path: str) -> Response:
        """Answer an API or WebSocket request; the device rules come before 404 and 405.

        Raises:
            ApiError: for every answer that is no success.
        """
        from gowa_desktop.simulator.route_table import build_routes, match

        if self._routes is None:
            self._routes = build_routes(self._site.era)
        route, parameters, allowed = match(self._routes, method, path)
        if route is not None and not route.needs_device:
            return route.handler(self._site, request, parameters)
        device = self._choose_device(request)
        if path == "/ws" or path.startswith("/ws/"):
            return handshake(request) if request.is_upgrade else Response(426, b"Upgrade Required")
        if route is not None:
            return route.handler(self._site, request, [device.id])
        if not allowed:
            return self._not_found(request)
        response = Response(405, b"Method Not Allowed")
        response.headers["Allow"] = ", ".join(allowed)
        return response

    def _choose_device(self, request: Request) -> "Device":
        """Apply the device rules: header, then query, then the only device."""
        from urllib.parse import unquote_plus

        from gowa_desktop.simulator.api import ApiError

        name = unquote_plus(request.header("x-device-id").strip()) or request.query("device_id").strip()
        device = self._site.devices.find_any(name) if name else self._site.devices.only()
        if device is not None:
            return device
        if name:
            message = "device not found; create a device first from /api/devices or provide a valid X-Device-Id"
            raise ApiError(404, "DEVICE_NOT_FOUND", message, results={"device_id": name}, is_logged=False)
        message = "device_id is required via X-Device-Id header or device_id query"
        raise ApiError(400, "DEVICE_ID_REQUIRED", message, is_logged=False)

    def _is_allowed(self, request: Request) -> bool:
        """Check basic authentication; v9 reads it from the query of a WebSocket request as well."""
        accounts = self._site.settings.items("basic-auth")
        if not accounts:
            return True
        import base64
        import hmac

        header = request.header("authorization")
        if not header and request.is_upgrade and self._site.era.accepts_websocket_query_auth:
            header = f"Basic {request.query('authorization')}"
        kind, _, encoded = header.partition(" ")
        if kind.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded, validate=True)
        except ValueError:
            return False
        last_wins = dict(account.split(":") for account in accounts)
        return any(hmac.compare_digest(given, f"{user}:{word}".encode()) for user, word in last_wins.items())

    def _not_found(self, request: Request) -> Response:
        if self._site.era.rank >= 3:
            return Response(404, b"Not Found")
        return Response(404, f"Cannot {request.method} {request.path}".encode())

    def _add_cors(self, request: Request, response: Response) -> None:
        origin = request.header("origin")
        listed = self._site.settings.items("cors-allowed-origins")
        if not origin or request.path == "/health" or response.status == 101:
            return
        if response.status == 204:
            response.headers["Access-Control-Allow-Methods"] = self._site.era.cors_methods
            response.headers["Access-Control-Allow-Headers"] = self._site.era.cors_headers
        if not listed:
            response.headers["Access-Control-Allow-Origin"] = "*"
        elif origin in listed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"


def _static_file(path: str) -> Response | None:
    """Return an existing file below ``statics``; nothing for folders and for paths that lead out of it."""
    words = path.split("/")
    if ".." in words or "\\" in path or "\0" in path or "%" in path:
        return None
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - see storage
            body = stream.read()
    except OSError:
        return None
    kinds = {"png": "image/png", "jpg": "image/jpeg", "txt": "text/plain; charset=utf-8"}
    return Response(200, body, kinds.get(path.rpartition(".")[2], "application/octet-stream"))
