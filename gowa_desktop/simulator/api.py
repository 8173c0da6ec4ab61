# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""What the API routes share: the answer envelope, the error, and the route table of an era."""

import json

from gowa_desktop.simulator.http_message import Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.router import Router

    Handler = Callable[[Router, Request, list[str]], Response]

OMITTED = object()


class ApiError(Exception):
    """An answer other than success; logged errors are those that GOWA's recovery middleware writes down."""

    def __init__(self, status: int, code: str, message: str, *, results: object = OMITTED, is_logged: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.is_logged = is_logged
        self._code = code
        self._results = results

    def body(self) -> bytes:
        """Return the JSON envelope."""
        return _envelope(self._code, str(self), self._results)


class Route:
    """One path pattern with its handler. A device route gets the chosen device's id, others the parts of the path."""

    def __init__(self, method: str, pattern: str, handler: "Handler", *, needs_device: bool) -> None:
        self.method = method
        self.parts = pattern.split("/")
        self.handler = handler
        self.needs_device = needs_device


def build_routes(era: "type[Era]") -> list[Route]:
    """Return the routes that the era has."""
    from gowa_desktop.simulator import routes_app, routes_devices, routes_send

    routes = [*routes_app.routes(era), *routes_send.routes()]
    return [*routes, *routes_devices.routes(era)] if era.has_devices else routes


def match(routes: list[Route], method: str, path: str) -> tuple[Route | None, list[str], list[str]]:
    """Return the route, the values of its ``:`` parts as they stand in the path, and the methods that the path has."""
    words = path.rstrip("/").split("/")
    allowed: list[str] = []
    for route in routes:
        if len(route.parts) != len(words):
            continue
        pairs = list(zip(route.parts, words, strict=True))
        if any(part != word and not part.startswith(":") for part, word in pairs):
            continue
        if route.method == method:
            return route, [word for part, word in pairs if part.startswith(":")], []
        allowed += ["GET", "HEAD"] if route.method == "GET" else [route.method]
    return None, [], allowed


def success(era: "type[Era]", message: str, results: object = OMITTED) -> Response:
    """Return a 200 answer; ``results`` is left out unless given, and may be null."""
    return Response(200, _envelope("SUCCESS", message, results), era.json_type)


def _envelope(code: str, message: str, results: object) -> bytes:
    content: dict[str, object] = {"code": code, "message": message}
    if results is not OMITTED:
        content["results"] = results
    return to_json(content)


def to_json(value: object) -> bytes:
    """Return compact JSON as Go writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def read_object(request: Request) -> dict[str, object]:
    """Return the JSON object of the body.

    Raises:
        ApiError: 400 BAD_REQUEST if there is none.
    """
    try:
        value = json.loads(request.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ApiError(400, "BAD_REQUEST", "Invalid request body", is_logged=False)
    return value
