"""Takes pictures of widgets in light and dark, and the few helpers that every set of pictures needs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QAction, QImage  # noqa: TID251 - this drives the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget  # noqa: TID251

from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QApplication  # noqa: TID251

WidgetT = TypeVar("WidgetT", bound=QWidget)

BOTH = (ThemeChoice.LIGHT, ThemeChoice.DARK)
SETTLE_MS = 120


class Camera:
    """Writes pictures into a folder, named by theme and scale."""

    def __init__(self, application: QApplication, folder: Path, scale: int) -> None:
        self._folder = folder
        self._suffix = f"-{scale}00" if scale else ""
        self._theme = application.findChildren(Theme)[0]
        self._theme.choose(ThemeChoice.LIGHT)

    def shoot(
        self, name: str, widget: QWidget, choices: Sequence[ThemeChoice] = BOTH, pause: Callable[[int], object] = QTest.qWait
    ) -> None:
        """Take a picture in each theme; `pause` waits some milliseconds until the widget has settled."""
        for choice in choices:
            self._theme.choose(choice)
            pause(SETTLE_MS)
            prefix = f"{choice.value}-" if self._suffix else ""
            path = self._folder / f"{prefix}{name}{self._suffix}.png"
            picture = widget.grab().toImage()
            # 256 colours would show in the gradients of letters; without alpha the file is a third smaller.
            picture.convertToFormat(QImage.Format.Format_RGB888).save(str(path))
            print(f"{path} {path.stat().st_size // 1000} kB")
        self._theme.choose(ThemeChoice.LIGHT)


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
