"""Takes pictures of widgets in light, dark and high contrast, and the few helpers that every set of pictures needs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QAction, QImage  # noqa: TID251 - this drives the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget  # noqa: TID251

from gowa_desktop.ui.look.color_tables import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST
from gowa_desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QApplication  # noqa: TID251

WidgetT = TypeVar("WidgetT", bound=QWidget)

LOOKS = {"light": LIGHT, "dark": DARK, "contrast": LIGHT_CONTRAST, "contrast-dark": DARK_CONTRAST}
BOTH = ("light", "dark")
SETTLE_MS = 120


class Camera:
    """Writes pictures into a folder, named by theme and scale, in the themes that are asked for."""

    def __init__(self, application: QApplication, folder: Path, scale: int, looks: Sequence[str] = BOTH) -> None:
        self._folder = folder
        self._suffix = f"-{scale}00" if scale else ""
        self._looks = tuple(looks)
        self._theme = application.findChildren(Theme)[0]
        self._theme.wear(LIGHT)
        self.taken: dict[str, str] = {}
        """The class of the window behind each picture, by the picture's name."""

    def shoot(self, name: str, widget: QWidget, pause: Callable[[int], object] = QTest.qWait, looks: Sequence[str] = ()) -> None:
        """Take a picture in each theme, or in these; `pause` waits some milliseconds until the widget has settled."""
        for look in looks or self._looks:
            self._theme.wear(LOOKS[look])
            pause(SETTLE_MS)
            prefix = f"{look}-" if self._suffix else ""
            path = self._folder / f"{prefix}{name}{self._suffix}.png"
            picture = widget.grab().toImage()
            # 256 colours would show in the gradients of letters; without alpha the file is a third smaller.
            picture.convertToFormat(QImage.Format.Format_RGB888).save(str(path))
            print(f"{path} {path.stat().st_size // 1000} kB")
        self.taken[name] = type(widget).__name__
        self._theme.wear(LIGHT)


def open_dialog(window: QWidget, action: str, dialog: str) -> QDialog:
    """Open a dialog by the action that does it."""
    one = window.findChild(QAction, action)
    assert isinstance(one, QAction)
    one.trigger()
    QTest.qWait(100)
    return find(window, QDialog, dialog)


def find(parent: QWidget, kind: type[WidgetT], name: str) -> WidgetT:
    """Find the newest widget of this kind and name."""
    return parent.findChildren(kind, name)[-1]


def wait_until(condition: Callable[[], bool], limit_s: float) -> None:
    """Let events happen until a condition holds.

    Raises:
        TimeoutError: it did not within the limit.
    """
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("what the picture needs did not happen in time")
        QTest.qWait(20)
