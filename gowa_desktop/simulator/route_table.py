"""The routes that an era has, and which of them a path means. Imported when the first of them is asked for."""

from gowa_desktop.simulator import routes_app, routes_devices, routes_send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.api import Route
    from gowa_desktop.simulator.eras import Era


def build_routes(era: "type[Era]") -> "list[Route]":
    """Return the routes that the era has."""
    routes = [*routes_app.routes(era), *routes_send.routes()]
    return [*routes, *routes_devices.routes(era)] if era.has_devices else routes


def match(routes: "list[Route]", method: str, path: str) -> "tuple[Route | None, list[str], list[str]]":
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
