"""Every window as a screen reader sees it: no control without a name, and words for what is only painted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.desktop.accessibility import AccessibleProgram, Node

CONTROLS = {
    "push button",
    "toggle button",
    "check box",
    "radio button",
    "combo box",
    "text",
    "password text",
    "spin button",
    "slider",
    "page tab",
    "table",
    "tree",
    "tree table",
    "list",
    "list item",
    "menu item",
    "button menu",
    "link",
    "column header",
    "progress bar",
    "cell",
    "table cell",
    "document text",
}
"""Roles of what a person works with or reads one by one."""
WINDOWS = {
    "ctrl+n": "New instance",
    "ctrl+g": "GOWA versions",
    "ctrl+,": "Settings",
    "ctrl+l": "Logs",
    "ctrl+shift+l": "Log",
    "ctrl+k": "",
    "f1": "Keyboard",
    "ctrl+shift+s": "Supervision",
    "ctrl+shift+t": "Trash",
    "ctrl+shift+g": "Tags",
    "shift+f1": "About",
}
"""What opens a window, and how its title begins."""


def nameless(window: Node) -> Iterator[str]:
    """Find the controls that show and that a screen reader could only call by their kind."""
    path: list[str] = []
    for depth, node in window.walk():
        role, name = node.role, node.name.strip()
        path[depth:] = [f"{role} {name!r}"]
        if role in CONTROLS and not name and "showing" in node.states and not node.description:
            yield " > ".join(path[-4:])


def test_no_control_of_the_main_window_lacks_a_name(open_program: Callable[..., AccessibleProgram]) -> None:
    shown = open_program("alpha", "beta")
    shown.find("table", "Instances")
    faults = {"": list(nameless(shown.root))}
    for tab in [one.name for one in shown.all("page tab")]:
        shown.find("page tab", tab).do("Press", "SetFocus")
        shown.find("page tab list", tab)
        faults[tab] = list(nameless(shown.root))
    assert faults == {key: [] for key in faults}


def test_no_control_of_any_other_window_lacks_a_name(open_program: Callable[..., AccessibleProgram]) -> None:
    shown = open_program("alpha", "beta")
    table = shown.find("table", "Instances")
    main = shown.root.children[0].name
    faults: dict[str, list[str]] = {}

    def others() -> list[Node]:
        return [window for window in shown.root.children if window.name != main and "showing" in window.states]

    for keys, title in WINDOWS.items():
        table.focus()
        shown.wait(lambda: shown.focused == table, "the table has the focus")
        shown.keys(keys)
        shown.wait(partial(opened, others, title), f"{keys} opens {title}")
        faults[title or keys] = [fault for window in others() for fault in nameless(window)]
        shown.keys("escape")
        shown.wait(lambda: not others(), f"Escape closes {title}")
    assert faults == {key: [] for key in faults}


def opened(others: Callable[[], list[Node]], title: str) -> bool:
    """Tell whether a window with such a title has come."""
    return any(window.name.startswith(title) for window in others())
