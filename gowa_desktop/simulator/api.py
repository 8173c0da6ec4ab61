"""What the API routes share: the answer envelope, the error, and what a route is."""

import json

from gowa_desktop.simulator.http_message import Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.site import Site

    Handler = Callable[[Site, Request, list[str]], Response]

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
