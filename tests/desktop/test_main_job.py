"""The main job in the real program, from outside: through the accessibility tree, and with the keyboard alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.accessibility import AccessibleProgram


SHOP = "shop"
MOST_TABS = 40


def row_text(shown: AccessibleProgram, name: str) -> str:
    """Read the row of an instance; empty when there is none."""
    table = shown.find("table", "Instances")
    rows, columns = table.shape
    for row in range(rows):
        cells = [table.cell(row, column).name for column in range(columns)]
        if any(name in cell for cell in cells):
            return " | ".join(cells)
    return ""


def test_main_job_through_the_accessibility_tree_alone(open_program: Callable[..., AccessibleProgram]) -> None:
    shown = open_program()

    shown.press("New instance…", "push button")
    dialog = shown.find("dialog", "New instance — GOWA Desktop")
    shown.find("text", "Name", inside=dialog).write(SHOP)
    shown.find("check box", "Start it now", inside=dialog).do("Toggle", "Press")
    shown.press("Create", "push button")
    shown.wait(lambda: "Stopped" in row_text(shown, SHOP), "the instance is there and stopped")
    shown.find("page tab", "Configure").do("Press", "SetFocus")
    shown.find("text", "Search settings").write("device name")
    shown.find("text", "Device name").write("Kasir")
    shown.press("Save", "push button")
    shown.wait(lambda: not shown.all("push button", "Save"), "the settings are saved")

    shown.press("Start", "push button")
    shown.wait(lambda: "Running" in row_text(shown, SHOP), "the instance runs")
    shown.find("page tab", "Logs").do("Press", "SetFocus")
    lines = shown.find("filler", "Log lines")
    shown.wait(lambda: lines.description, "the log can be read")
    print(lines.description)

    shown.press("Stop", "push button")
    shown.wait(lambda: "Stopped" in row_text(shown, SHOP), "the instance is stopped")
    # Menus open beside the tree, so Delete is asked for by its key, sent through the same bus.
    shown.find("table", "Instances").focus()
    shown.keys("delete")
    shown.press(f"Delete {SHOP}", "push button")
    shown.wait(lambda: shown.all("push button", "New instance…"), "the list is empty again")


def tab_to(shown: AccessibleProgram, role: str, name: str, key: str = "tab") -> None:
    """Press Tab until a control has the focus, as somebody without a mouse does."""
    passed: list[str] = []
    while (focused := shown.focused) is None or (focused.role, focused.name) != (role, name):
        passed.append("nothing" if focused is None else f"{focused.role} {focused.name!r}")
        assert len(passed) < MOST_TABS, f"{key} never came to {role} {name!r}, only to {passed}"
        shown.keys(key)
        time.sleep(0.1)


def test_main_job_with_the_keyboard_alone(open_program: Callable[..., AccessibleProgram]) -> None:
    shown = open_program()
    shown.find("push button", "New instance…")
    shown.wait(lambda: shown.focused is not None, "the window has the keyboard")

    shown.keys("ctrl+n")
    dialog = shown.find("dialog", "New instance — GOWA Desktop")
    shown.wait(lambda: shown.focused is not None and shown.focused.name == "Name", "the name has the focus")
    shown.keys("ctrl+a")
    shown.type(SHOP)
    shown.wait(lambda: shown.find("text", "Name", inside=dialog).text == SHOP, "the name is typed")
    shown.keys("return")
    shown.wait(lambda: "Running" in row_text(shown, SHOP), "the instance is created and runs")

    tab_to(shown, "page tab list", "Overview")
    shown.keys("right")
    tab_to(shown, "text", "Search settings")
    shown.type("device name")
    shown.keys("return")
    shown.wait(lambda: shown.focused is not None and shown.focused.name == "Device name", "Enter leads to what was found")
    shown.type("Kasir")
    tab_to(shown, "push button", "Save")
    shown.keys("space")
    shown.wait(lambda: not shown.all("push button", "Save"), "the settings are saved")

    tab_to(shown, "page tab list", "Configure", "shift+tab")
    shown.keys("right")
    shown.wait(lambda: shown.find("filler", "Log lines").description, "the log can be read")

    shown.keys("shift+f5")
    shown.wait(lambda: "Stopped" in row_text(shown, SHOP), "the instance is stopped")
    tab_to(shown, "table", "Instances")
    shown.keys("delete")
    shown.find("push button", f"Delete {SHOP}")
    tab_to(shown, "push button", f"Delete {SHOP}")
    shown.keys("space")
    shown.wait(lambda: shown.all("push button", "New instance…"), "the list is empty again")
