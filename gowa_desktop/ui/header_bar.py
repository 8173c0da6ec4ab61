"""The bar at the top: main actions, which instances are shown, and the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from gowa_desktop.ui.instances.instance_filter import Segment
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import set_property
from gowa_desktop.ui.parts.field_buttons import name_field_buttons
from gowa_desktop.ui.parts.menu_button import MenuButton
from gowa_desktop.ui.parts.segment_bar import SegmentBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction, QActionEvent, QKeyEvent, QResizeEvent

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.actions import Actions


class SearchField(QLineEdit):
    """The search; Esc clears it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("searchField")
        self.setAccessibleName(self.tr("Search instances"))
        self.setPlaceholderText(self.tr("Search name, port, tag, notes"))
        self.addAction(icon("search", Tint.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        # Qt's own clear button is black on dark ground.
        self._clear = self.addAction(icon("close", Tint.MUTED), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setText(self.tr("Clear the search"))
        self._clear.setVisible(False)
        name_field_buttons(self)
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(self._on_text_changed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(130)
        self.setMaximumWidth(260)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear on Esc."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))


class FilterSegment(SegmentBar):
    """Three joined buttons: all, running, needs attention, each with its count."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("filterSegment", list(Segment), parent)
        self.setAccessibleName(self.tr("Which instances are shown"))

    @property
    def segment(self) -> Segment:
        """What is chosen."""
        return Segment(self.chosen)

    def show_counts(self, statuses: Sequence[InstanceStatus]) -> None:
        """Show how many instances each segment has."""
        texts = {
            Segment.ALL: self.tr("All {count}"), Segment.RUNNING: self.tr("Running {count}"),
            Segment.ATTENTION: self.tr("Needs attention {count}"),
        }  # fmt: skip
        self.show_texts(
            {segment: text.format(count=sum(1 for status in statuses if segment.admits(status))) for segment, text in texts.items()}
        )


class _PrimaryButton(QToolButton):
    """The button of the action that matters most: on its coloured ground the sign of the action, made for menus, would not be seen."""

    def actionEvent(self, event: QActionEvent) -> None:
        """Take over what the action says, but for the colour of its sign."""
        super().actionEvent(event)
        glyph = event.action().property("glyph")
        if glyph:
            self.setIcon(icon(str(glyph), Tint.ON_ACCENT))


class HeaderBar(QFrame):
    """Holds buttons, segments and search. Where words have no room, start, stop and restart keep their icons only."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("headerBar")
        # The order of making is the order of the tab key.
        create = self._make_button(actions.create, _PrimaryButton(self))
        create.setProperty("kind", "primary")
        self._compact = [self._make_button(action) for action in (actions.start, actions.stop, actions.restart)]
        more = self._make_menu_button(actions)
        self.segments = FilterSegment(self)
        self.search = SearchField(self)
        self._view = self._make_view_button(actions)
        self._layout = layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        for widget in (create, *self._compact, more):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self.segments)
        layout.addStretch(1)
        layout.addWidget(self.search, 4)
        layout.addWidget(self._view)

    def set_filter_visible(self, *, is_visible: bool) -> None:
        """Show segments and search, or not while there is nothing to filter."""
        self.segments.setVisible(is_visible)
        self.search.setVisible(is_visible)
        self._view.setVisible(is_visible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the words of the buttons, or show them again."""
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _fit(self, width: int) -> None:
        words = sum(self._width_of_words(button) for button in self._compact)
        shown = self._compact[0].toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        needed = self._layout.minimumSize().width() + (0 if shown else words) + 60
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if width >= needed else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._compact:
            button.setToolButtonStyle(style)
            set_property(button, "iconOnly", style is Qt.ToolButtonStyle.ToolButtonIconOnly)

    @staticmethod
    def _width_of_words(button: QToolButton) -> int:
        return button.fontMetrics().horizontalAdvance(button.text()) + 8

    def _make_button(self, action: QAction, button: QToolButton | None = None) -> QToolButton:
        button = button or QToolButton(self)
        button.setDefaultAction(action)
        button.setObjectName(f"button_{action.objectName().removeprefix('action_')}")
        button.setAccessibleName(action.text())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _make_view_button(self, actions: Actions) -> MenuButton:
        button = MenuButton("button_view", self.tr("View: groups, tags and columns"), actions.view.menu, self, "list-filter")
        button.setToolTip(self.tr("Groups, tags and columns"))
        return button

    def _make_menu_button(self, actions: Actions) -> MenuButton:
        button = MenuButton("button_more", self.tr("More actions"), "windowMenu", self)
        actions.fill_window_menu(button.menu())
        return button
