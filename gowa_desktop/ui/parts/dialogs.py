"""Small dialogs: a question before something destructive, the version of an unnamed file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import set_property
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.house_dialog import HouseDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.ui.verbs import Question

MOST_NAMES = 8
"""How many names a question about several instances lists."""


class PlainDialog(HouseDialog):
    """A dialog with a sign, a headline, text and a row of buttons. Deletes itself when closed; Esc rejects."""

    def __init__(self, title: str, text: str, sign: tuple[str, Tint], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        picture = QLabel(self)
        picture.setPixmap(icon(*sign).pixmap(QSize(24, 24), self.devicePixelRatio()))
        headline = QLabel(title, self)
        headline.setObjectName("dialogTitle")
        headline.setFont(scaled_font(self.font(), 1.2, bold=True))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        for label in (headline, QLabel(text, self)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setMinimumWidth(380)
            self.body.addWidget(label)
        self.buttons = QDialogButtonBox(self)
        self.buttons.setObjectName("dialogButtons")
        upper = QHBoxLayout()
        upper.setSpacing(16)
        upper.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(self.body, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(24)
        layout.addLayout(upper)
        layout.addWidget(self.buttons)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self.buttons.rejected.connect(self.reject)
        self.buttons.accepted.connect(self.accept)

    def add_button(self, text: str, name: str, role: QDialogButtonBox.ButtonRole, kind: str = "") -> QPushButton:
        """Add a button to the row."""
        button = self.buttons.addButton(text, role)
        button.setObjectName(name)
        set_property(button, "kind", kind)
        button.setAutoDefault(False)
        return button


class ConfirmDialog(PlainDialog):
    """Asks before something destructive: names the object and the effect; Cancel is what Enter does."""

    def __init__(self, question: Question, names: Sequence[str], parent: QWidget) -> None:
        super().__init__(question.title, question.effect, ("warning", Tint.NOTICE), parent)
        self.setObjectName("confirmDialog")
        if len(names) > 1:
            listed = ", ".join(names[:MOST_NAMES])
            more = len(names) - MOST_NAMES
            text = listed if more <= 0 else self.tr("{names} and {count} more").format(names=listed, count=more)
            label = QLabel(text, self)
            label.setProperty("tone", "muted")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            self.body.addWidget(label)
        self.add_button(question.button, "confirmButton", QDialogButtonBox.ButtonRole.AcceptRole, "danger")
        cancel = self.add_button(self.tr("Cancel"), "cancelButton", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setDefault(True)
        cancel.setFocus()


class VersionTagDialog(PlainDialog):
    """Asks which version a file is when its name does not say it."""

    def __init__(self, file_name: str, parent: QWidget) -> None:
        super().__init__(
            self.tr("Which GOWA version is this?"),
            self.tr("The name {file} does not say it. Write the version as on GOWA's release page.").format(file=file_name),
            ("package", Tint.ACCENT), parent,
        )  # fmt: skip
        self.setObjectName("versionTagDialog")
        self._edit = QLineEdit(self)
        self._edit.setObjectName("versionTag")
        self._edit.setAccessibleName(self.tr("Version"))
        self._edit.setPlaceholderText("v9.2.0")
        self._error = QLabel(" ", self)
        self._error.setProperty("tone", "error")
        self.body.addWidget(self._edit)
        self.body.addWidget(self._error)
        ok = self.add_button(self.tr("Import"), "versionTagAccept", QDialogButtonBox.ButtonRole.AcceptRole, "primary")
        self.add_button(self.tr("Cancel"), "cancelButton", QDialogButtonBox.ButtonRole.RejectRole)
        ok.setDefault(True)
        self._edit.setFocus()

    @property
    def tag(self) -> str:
        """The version that was typed, as a tag."""
        return GowaVersion.parse(self._edit.text()).tag

    def accept(self) -> None:
        """Close only when the text is a version."""
        try:
            self.tag  # noqa: B018 - reading it is the check
        except GowaError as error:
            self._error.setText(told(str(error)))
            self._edit.setFocus()
            return
        super().accept()


class PairingHelp(PlainDialog):
    """Explains how a phone is paired with an instance."""

    def __init__(self, parent: QWidget) -> None:
        text = self.tr(
            "1. Create an instance and let it start.\n"
            "2. Choose Open: the instance shows its page in your browser.\n"
            "3. Choose Login there. A QR code appears.\n"
            "4. On your phone open WhatsApp, Settings, Linked devices, Link a device, and scan the code."
        )
        super().__init__(self.tr("Pair your phone"), text, ("device-mobile", Tint.ACCENT), parent)
        self.setObjectName("pairingHelp")
        close = self.add_button(self.tr("Close"), "closeButton", QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
