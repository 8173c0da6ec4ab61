"""TrayHost: a tray as KDE and others have it (StatusNotifierItem), which a test looks at and clicks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.desktop.bus import Bus, BusServer

if TYPE_CHECKING:
    from collections.abc import Callable

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
WAIT_S = 30.0
_TURN_S = 0.05


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; `depth` 0 is the menu itself, deeper is a submenu."""

    id: int
    depth: int
    label: str
    is_enabled: bool
    is_separator: bool
    icon: bytes = b""


@dataclass(frozen=True, slots=True)
class Picture:
    """One size of the icon: 32-bit ARGB, network byte order."""

    width: int
    height: int
    data: bytes


def wait_until(condition: Callable[[], object], what: str, timeout_s: float = WAIT_S) -> None:
    """Wait until something is true of the world outside.

    Raises:
        AssertionError: it did not become true.
    """
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {timeout_s:.0f} s"
        time.sleep(_TURN_S)


class TrayHost:
    """Watcher and host in one. Items that register are kept in their order."""

    def __init__(self, address: str) -> None:
        self.items: list[tuple[str, str]] = []
        """Bus name and path of each item."""
        self._bus = Bus(address)
        self._server = BusServer(address, WATCHER, self._answer)

    def close(self) -> None:
        """Take the tray away."""
        self._server.close()
        self._bus.close()

    def wait_for_item(self) -> None:
        """Wait until a program has put its icon into the tray."""
        wait_until(lambda: self.items, "an icon in the tray")

    def title(self) -> str:
        """Give the title of the newest item."""
        return str(self._get("Title"))

    def tooltip(self) -> str:
        """Give title and text of the tooltip in one."""
        _name, _pictures, title, text = self._get("ToolTip")
        return " ".join(part for part in (title, text) if part)

    def pictures(self) -> list[Picture]:
        """Give the icon in all its sizes."""
        return [Picture(width, height, bytes(data)) for width, height, data in self._get("IconPixmap")]

    def menu(self) -> list[Entry]:
        """Open the menu and read it, separators included, from top to bottom."""
        name, _path = self.items[-1]
        menu = self._menu_path()
        self._bus.call(name, menu, MENU, "AboutToShow", "i", 0)
        _revision, layout = self._bus.call(name, menu, MENU, "GetLayout", "iias", 0, -1, [])
        return list(_entries(layout, 0))

    def labels(self) -> list[str]:
        """Give the lines of the menu without separators, deeper ones indented by two spaces each."""
        return ["  " * entry.depth + entry.label for entry in self.menu() if not entry.is_separator]

    def choose(self, label: str, parent: str = "") -> None:
        """Click a line; `parent` names the submenu it is in.

        Raises:
            AssertionError: there is no such line, or it cannot be clicked.
        """
        entries = self.menu()
        if parent:
            start = next((i for i, entry in enumerate(entries) if entry.label == parent), None)
            assert start is not None, f"no “{parent}” in {self.labels()}"
            inside = []
            for entry in entries[start + 1 :]:
                if entry.depth <= entries[start].depth:
                    break
                inside.append(entry)
            entries = inside
        found = next((entry for entry in entries if entry.label == label), None)
        assert found is not None, f"no “{label}” in {[entry.label for entry in entries]}"
        assert found.is_enabled, f"“{label}” is off"
        name, _path = self.items[-1]
        self._bus.call(name, self._menu_path(), MENU, "Event", "isvu", found.id, "clicked", ("i", 0), 0)

    def activate(self) -> None:
        """Click the icon itself."""
        name, path = self.items[-1]
        self._bus.call(name, path, ITEM, "Activate", "ii", 0, 0)

    def _menu_path(self) -> str:
        return str(self._get("Menu"))

    def _get(self, prop: str) -> Any:
        name, path = self.items[-1]
        return self._bus.get(name, path, ITEM, prop)

    def _answer(self, sender: str, member: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        if member == "RegisterStatusNotifierItem":
            told = str(arguments[0])
            self.items.append((sender, told) if told.startswith("/") else (told, "/StatusNotifierItem"))
            return "", ()
        if member == "RegisterStatusNotifierHost":
            return "", ()
        if member == "Get":
            values: dict[str, tuple[str, object]] = {
                "IsStatusNotifierHostRegistered": ("b", True),
                "ProtocolVersion": ("i", 0),
                "RegisteredStatusNotifierItems": ("as", ["".join(item) for item in self.items]),
            }
            return "v", (values[str(arguments[1])],)
        return None


def _entries(node: Any, depth: int) -> list[Entry]:
    """Flatten what `GetLayout` gives."""
    found = []
    for _signature, (number, properties, children) in node[2]:
        values = {key: value for key, (_kind, value) in properties.items()}
        if values.get("visible", True):
            label = str(values.get("label", "")).replace("__", "\0").replace("_", "").replace("\0", "_")
            is_separator = values.get("type") == "separator"
            icon = bytes(values.get("icon-data", b""))
            found.append(Entry(number, depth, label, bool(values.get("enabled", True)), is_separator, icon))
            found.extend(_entries((number, properties, children), depth + 1))
    return found
