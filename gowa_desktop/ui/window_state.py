"""What the window remembers between runs: an INI file in the data directory. Nothing in it is worth an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QByteArray, QObject, QSettings, QSize

from gowa_desktop.domain.theme_choice import ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Opening(NamedTuple):
    """How a window opens before the settings can be read."""

    theme: ThemeChoice = ThemeChoice.SYSTEM
    language: str = ""
    """Code of a catalogue; empty for that of the system."""
    is_minimized: bool = False


class WindowState(QObject):
    """Geometry, splitter, columns with sort order, selection and answers given once. Main thread.

    An unreadable or foreign value counts as never saved.
    """

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = QSettings(str(path), QSettings.Format.IniFormat, self)

    @property
    def geometry(self) -> QByteArray:
        """What `QWidget.saveGeometry` gave; empty when never saved."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    @property
    def opening(self) -> Opening:
        """What the settings said about the opening of a window when they were read last."""
        theme = str(self._settings.value("opening/theme", ""))
        return Opening(
            ThemeChoice(theme) if theme in set(ThemeChoice) else ThemeChoice.SYSTEM,
            str(self._settings.value("opening/language", "") or ""),
            str(self._settings.value("opening/minimized", "false")) == "true",
        )

    @opening.setter
    def opening(self, value: Opening) -> None:
        self._settings.setValue("opening/theme", value.theme.value)
        self._settings.setValue("opening/language", value.language)
        self._settings.setValue("opening/minimized", "true" if value.is_minimized else "false")

    @property
    def columns(self) -> list[str]:
        """Order, widths and sort order of the table's columns, and which are hidden; empty when never saved."""
        return self._words("table/layout")

    @columns.setter
    def columns(self, value: Sequence[str]) -> None:
        self._settings.setValue("table/layout", ",".join(value))

    @property
    def group_by(self) -> str:
        """By what the rows of the table stand together; empty for nothing."""
        return str(self._settings.value("table/group_by", "") or "")

    @group_by.setter
    def group_by(self, value: str) -> None:
        self._settings.setValue("table/group_by", value)

    @property
    def selected_ids(self) -> list[int]:
        """The instances that were selected."""
        return self._integers("table/selection")

    @selected_ids.setter
    def selected_ids(self, value: Sequence[int]) -> None:
        self._settings.setValue("table/selection", ",".join(map(str, value)))

    @property
    def recent_commands(self) -> list[str]:
        """What was done last through the command palette, the newest first."""
        return self._words("palette/recent")

    @recent_commands.setter
    def recent_commands(self, value: Sequence[str]) -> None:
        self._settings.setValue("palette/recent", ",".join(value))

    def splitter_sizes(self, *, is_wide: bool) -> list[int]:
        """Give the sizes of table and detail pane, side by side (`is_wide`) or one below the other; empty when never saved."""
        return self._integers(_splitter_key(is_wide=is_wide))

    def save_splitter_sizes(self, sizes: Sequence[int], *, is_wide: bool) -> None:
        """Keep the sizes of table and detail pane."""
        self._settings.setValue(_splitter_key(is_wide=is_wide), ",".join(map(str, sizes)))

    @property
    def knows_close(self) -> bool:
        """True once a person has said that closing the window keeps the program."""
        return str(self._settings.value("notices/close_known", "false")) == "true"

    @knows_close.setter
    def knows_close(self, value: bool) -> None:
        self._settings.setValue("notices/close_known", "true" if value else "false")

    @property
    def knows_no_tray(self) -> bool:
        """True once a person was told that this desktop has no tray."""
        return str(self._settings.value("notices/no_tray_known", "false")) == "true"

    @knows_no_tray.setter
    def knows_no_tray(self, value: bool) -> None:
        self._settings.setValue("notices/no_tray_known", "true" if value else "false")

    @property
    def hides_close_notice(self) -> bool:
        """True when an earlier version was told that instances go on running; the settings keep that answer now."""
        return str(self._settings.value("notices/close_hidden", "false")) == "true"

    @hides_close_notice.setter
    def hides_close_notice(self, value: bool) -> None:
        self._settings.setValue("notices/close_hidden", "true" if value else "false")

    @property
    def versions_geometry(self) -> QByteArray:
        """Geometry of the window of versions; empty when never saved."""
        return self._bytes("versions/geometry")

    @versions_geometry.setter
    def versions_geometry(self, value: QByteArray) -> None:
        self._settings.setValue("versions/geometry", value)

    def dialog_size(self, name: str) -> QSize:
        """Give the size of a dialog; not valid when never saved."""
        size = self._integers(f"dialogs/{name}")
        return QSize(*size) if len(size) == 2 else QSize()

    def save_dialog_size(self, name: str, size: QSize) -> None:
        """Keep the size that a person gave to a dialog."""
        self._settings.setValue(f"dialogs/{name}", f"{size.width()},{size.height()}")

    @property
    def dismissed_version(self) -> str:
        """The newest release of which a person does not want to hear any more; empty when there is none."""
        return str(self._settings.value("notices/dismissed_version", "") or "")

    @dismissed_version.setter
    def dismissed_version(self, value: str) -> None:
        self._settings.setValue("notices/dismissed_version", value)

    def flush(self) -> None:
        """Write to the disk now."""
        self._settings.sync()

    def _bytes(self, key: str) -> QByteArray:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _words(self, key: str) -> list[str]:
        stored = self._settings.value(key, "")
        words = stored if isinstance(stored, list) else str(stored or "").split(",")
        return [str(word) for word in words if str(word).strip()]

    def _integers(self, key: str) -> list[int]:
        value = self._settings.value(key, "")
        # Qt reads a comma in an INI file as a list.
        words = value if isinstance(value, list) else str(value or "").split(",")
        try:
            return [int(word) for word in words if str(word).strip()]
        except ValueError:
            return []


def _splitter_key(*, is_wide: bool) -> str:
    return f"window/splitter_{'wide' if is_wide else 'narrow'}"
