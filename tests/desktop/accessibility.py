"""AccessibleProgram: a running program as an assistive tool sees it (AT-SPI over D-Bus): roles, names, states, actions, and nothing else."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.desktop.bus import Bus, BusError
from tests.desktop.tray_host import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGISTRY = "org.a11y.atspi.Registry"
ROOT_PATH = "/org/a11y/atspi/accessible/root"
DEVICES_PATH = "/org/a11y/atspi/registry/deviceeventcontroller"
_ATSPI = "org.a11y.atspi"
_STATES = {
    1: "active", 4: "checked", 7: "editable", 8: "enabled", 11: "focusable", 12: "focused", 23: "selected", 24: "sensitive", 25: "showing",
    30: "visible", 33: "required", 41: "checkable",
}  # fmt: skip
"""Numbers of the states that tests ask for, from the enumeration StateType of AT-SPI 2."""
_KEY_PRESS_AND_RELEASE = 2
_KEY_STRING = 4
_KEY_SYMBOL = 3
_KEYCODES = {"ctrl": 37, "shift": 50, "alt": 64}
"""Of a standard PC keyboard as X counts it."""
_PRESS, _RELEASE = 0, 1
SYMBOLS = {
    "tab": 0xFF09, "return": 0xFF0D, "escape": 0xFF1B, "delete": 0xFFFF, "down": 0xFF54, "up": 0xFF52, "left": 0xFF51, "right": 0xFF53,
    "space": 0x20, "f1": 0xFFBE, "f2": 0xFFBF, "f5": 0xFFC2, "f6": 0xFFC3, "home": 0xFF50, "end": 0xFF57, "menu": 0xFF67, "backspace": 0xFF08,
}  # fmt: skip
MOST_CHILDREN = 400
_TURN_S = 0.05


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible object."""

    bus: Bus
    owner: str
    path: str

    def _call(self, interface: str, member: str, signature: str = "", *arguments: object) -> tuple[Any, ...]:
        return self.bus.call(self.owner, self.path, f"{_ATSPI}.{interface}", member, signature, *arguments)

    @property
    def name(self) -> str:
        """What a screen reader says first."""
        return str(self.bus.get(self.owner, self.path, f"{_ATSPI}.Accessible", "Name"))

    @property
    def description(self) -> str:
        """What a screen reader says on request."""
        return str(self.bus.get(self.owner, self.path, f"{_ATSPI}.Accessible", "Description"))

    @property
    def role(self) -> str:
        """What kind of control it is, in words."""
        return str(self._call("Accessible", "GetRoleName")[0])

    @property
    def states(self) -> set[str]:
        """The states that hold, as far as tests ask for them."""
        words = self._call("Accessible", "GetState")[0]
        bits = words[0] | words[1] << 32
        return {name for number, name in _STATES.items() if bits >> number & 1}

    @property
    def children(self) -> list[Node]:
        """The objects inside."""
        return [Node(self.bus, owner, path) for owner, path in self._call("Accessible", "GetChildren")[0]]

    @property
    def child_count(self) -> int:
        """How many objects are inside."""
        return int(self.bus.get(self.owner, self.path, f"{_ATSPI}.Accessible", "ChildCount"))

    @property
    def text(self) -> str:
        """The text of a field or a label."""
        count = self.bus.get(self.owner, self.path, f"{_ATSPI}.Text", "CharacterCount")
        return str(self._call("Text", "GetText", "ii", 0, count)[0])

    @property
    def actions(self) -> list[str]:
        """Names of what it can be asked to do."""
        return [str(names[0]) for names in self._call("Action", "GetActions")[0]]

    def do(self, *wanted: str) -> None:
        """Do the first of these actions that it has, such as `Press`."""
        actions = self.actions
        name = next((one for one in wanted if one in actions), None)
        assert name is not None, f"{self.role} {self.name!r} can do {actions}, not {wanted}"
        self._call("Action", "DoAction", "i", actions.index(name))

    def write(self, text: str) -> None:
        """Put a text into a field in the place of what it holds."""
        self._call("EditableText", "SetTextContents", "s", text)

    def focus(self) -> None:
        """Give it the keyboard's focus."""
        self._call("Component", "GrabFocus")

    def select_child(self, number: int) -> None:
        """Select one of the objects inside."""
        self._call("Selection", "SelectChild", "i", number)

    def select_row(self, number: int) -> None:
        """Select a row of a table."""
        self._call("Table", "AddRowSelection", "i", number)

    def cell(self, row: int, column: int) -> Node:
        """Give a cell of a table."""
        owner, path = self._call("Table", "GetAccessibleAt", "ii", row, column)[0]
        return Node(self.bus, owner, path)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a table."""
        rows, columns = (self.bus.get(self.owner, self.path, f"{_ATSPI}.Table", name) for name in ("NRows", "NColumns"))
        return int(rows), int(columns)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Give it and everything inside, with how deep each is; large tables are passed over."""
        yield depth, self
        if self.child_count <= MOST_CHILDREN:
            for child in self.children:
                if not child.path.endswith("/null"):
                    yield from child.walk(depth + 1)


class AccessibleProgram:
    """Finds and works the controls of one program of a virtual desktop."""

    def __init__(self, session_address: str, pid: int) -> None:
        with Bus(session_address) as session:
            address = session.call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")[0]
        self._bus = Bus(address)
        self._pid = pid
        self._root: Node | None = None

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    @property
    def root(self) -> Node:
        """The program itself; its windows are inside. Waits until it is there."""
        if self._root is None:
            wait_until(lambda: self._look_for_root() is not None, "the program is among the accessible ones")
        assert self._root is not None
        return self._root

    def _look_for_root(self) -> Node | None:
        for child in Node(self._bus, REGISTRY, ROOT_PATH).children:
            daemon = "org.freedesktop.DBus"
            pid = self._bus.call(daemon, "/org/freedesktop/DBus", daemon, "GetConnectionUnixProcessID", "s", child.owner)[0]
            if pid == self._pid:
                self._root = child
        return self._root

    def all(self, role: str = "", name: str = "", *, inside: Node | None = None) -> list[Node]:
        """Give what shows with this role and name; an empty one stands for any."""
        found = []
        for _, node in (inside or self.root).walk():
            try:
                if (not role or node.role == role) and (not name or node.name == name) and "showing" in node.states:
                    found.append(node)
            except BusError:
                continue  # it went while we looked
        return found

    def find(self, role: str, name: str, *, inside: Node | None = None, timeout_s: float = 30.0) -> Node:
        """Wait for the first control that shows with this role and name."""
        end = time.monotonic() + timeout_s
        while True:
            try:
                found = self.all(role, name, inside=inside)
            except BusError:
                found = []
            if found:
                return found[0]
            if time.monotonic() > end:
                raise AssertionError(f"no {role} named {name!r} shows; there is:\n{self.dump()}")
            time.sleep(_TURN_S)

    def press(self, name: str, role: str = "button") -> None:
        """Press a button, or choose an entry of a menu."""
        node = self.find(role, name)
        self.wait(lambda: "enabled" in node.states, f"{role} {name!r} is enabled")
        node.do("Press", "Toggle", "ShowMenu")

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is true; a control that goes away meanwhile does not count."""

        def holds() -> bool:
            try:
                return bool(condition())
            except (BusError, AssertionError):
                return False

        wait_until(holds, what)

    def keys(self, *chords: str) -> None:
        """Press keys one after another, each alone or with others, such as `ctrl+n`."""
        for chord in chords:
            *modifiers, last = chord.split("+")
            for modifier in modifiers:
                self._key(_KEYCODES[modifier], _PRESS)
            self._key(SYMBOLS.get(last, ord(last[0])), _KEY_SYMBOL)
            for modifier in reversed(modifiers):
                self._key(_KEYCODES[modifier], _RELEASE)
            time.sleep(_TURN_S)  # a person is no faster, and Qt merges what comes at once

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        for letter in text:
            self._key(ord(letter), _KEY_SYMBOL)

    def _key(self, code: int, kind: int) -> None:
        self._bus.call(REGISTRY, DEVICES_PATH, f"{_ATSPI}.DeviceEventController", "GenerateKeyboardEvent", "isu", code, "", kind)

    @property
    def focused(self) -> Node | None:
        """The control of the active window that has the keyboard's focus; of a list or table the whole."""
        try:
            active = next((window for window in self.root.children if "active" in window.states), None)
            nodes = () if active is None else active.walk()
            return next(
                (node for _, node in nodes if "focused" in node.states and node.role not in {"list item", "cell", "table cell", "page tab"}),
                None,
            )
        except BusError:
            return None  # something went while we looked

    def dump(self) -> str:
        """Write the tree of what shows, a line each: role, name, states."""
        lines = []
        for depth, node in self.root.walk():
            try:
                if "showing" in node.states or depth == 0:
                    states = " ".join(sorted(node.states - {"showing", "visible", "sensitive"}))
                    lines.append(f"{'  ' * depth}{node.role} {node.name!r} {states}")
            except BusError:
                continue
        return os.linesep.join(lines)
