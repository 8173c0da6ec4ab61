"""The sizes that a person gave to dialogs, kept with what the window remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.ui.window_state import WindowState


class DialogSizes(QObject):
    """Makes a window the place where its dialogs leave their sizes. Main thread; lives as long as the window."""

    def __init__(self, state: WindowState, window: QWidget) -> None:
        super().__init__(window)
        self.state = state

    @staticmethod
    def of(dialog: QWidget, name: str) -> QSize:
        """Give the size that a person gave to a dialog; not valid when there is none."""
        found = _found(dialog)
        return found.state.dialog_size(name) if found is not None else QSize()

    @staticmethod
    def keep(dialog: QWidget, name: str, size: QSize) -> None:
        """Remember a size."""
        found = _found(dialog)
        if found is not None:
            found.state.save_dialog_size(name, size)


def _found(dialog: QWidget) -> DialogSizes | None:
    above = dialog.parentWidget()
    while above is not None:
        for child in above.children():
            if isinstance(child, DialogSizes):
                return child
        above = above.parentWidget()
    return None
