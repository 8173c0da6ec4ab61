"""What GOWA would be started with: command and environment, secrets masked, to read and to copy."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import fixed_font
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.parts.clipboard import CopyButton

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent

    from gowa_desktop.domain.config_changes import LaunchPreview

PADDING = 10
"""Above and below the text together; the stylesheet's, which Qt does not tell."""


class FittingText(QPlainTextEdit):
    """Text to read, as high as it is; the form scrolls, not this."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew and be as high as they are then."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font."""
        super().changeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # The layout of a plain text document counts in lines.
        lines = max(1, round(self.document().size().height()))
        height = lines * self.fontMetrics().lineSpacing() + 2 * (self.frameWidth() + round(self.document().documentMargin())) + PADDING
        if self.height() != height:
            self.setFixedHeight(height)


class LaunchPreviewView(QWidget):
    """Shows a preview. Main thread; holds no secrets, as previews have none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("launchPreview")
        hint = toned_label(
            self.tr("This is what GOWA is started with after saving. Passwords and secrets are masked."), "muted", self, "previewHint"
        )
        hint.setWordWrap(True)
        self._command = self._make_text("previewCommand", self.tr("Command"))
        self._environment = self._make_text("previewEnvironment", self.tr("Environment"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(hint)
        for title, text in ((self.tr("Command"), self._command), (self.tr("Environment"), self._environment)):
            head = QHBoxLayout()
            head.addWidget(toned_label(title, "strong", self), 1)
            copy_words = self.tr("Copy: {title}").format(title=title)
            head.addWidget(CopyButton(f"{text.objectName()}Copy", copy_words, text.toPlainText, self))
            layout.addLayout(head)
            layout.addWidget(text)

    def show_preview(self, preview: LaunchPreview) -> None:
        """Show another preview."""
        _show(self._command, shlex.join([str(preview.program), *preview.arguments]))
        _show(self._environment, "\n".join(f"{name}={shown}" for name, shown in preview.environment))

    def _make_text(self, name: str, title: str) -> FittingText:
        text = FittingText(self)
        text.setObjectName(name)
        text.setAccessibleName(title)
        text.setProperty("kind", "code")
        text.setTabChangesFocus(True)
        text.setFont(fixed_font(self.font()))
        return text


def _show(text: QPlainTextEdit, content: str) -> None:
    """Show a text; the same one again would take a selection away."""
    if text.toPlainText() != content:
        text.setPlainText(content)
