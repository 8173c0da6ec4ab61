"""The sections of the settings dialog: each shows some settings, saves them, and knows which field is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from gowa_desktop.domain.app_settings import (
    DEFAULT_RELEASE_ADDRESS,
    LAST_PORT,
    NO_PROXY,
    PARALLEL_STARTS,
    RETRIES_SLOWLY,
    SNAPSHOTS_KEPT,
    UPDATE_GROUP,
    UPDATE_WATCH_S,
)
from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.domain.restart_policy import FAILURE_LIMIT, FAILURE_WINDOW_S, SLOW_RETRY_S
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, INDICATOR_WIDTH, NumberBox, hint_below, section_title
from gowa_desktop.ui.config.form_field import FormField
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import set_property

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.settings import AppSettings

MOST_PARALLEL_STARTS = 16
MOST_SNAPSHOTS = 50
MOST_IN_GROUP = 16
MOST_WATCH_S = 600


class FieldError(Exception):
    """A field of a section has a value that cannot be saved, and says so already; `editor` is where it can be changed."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__()
        self.editor = editor


class SettingsSection(QWidget):
    """Some settings that belong together. Main thread."""

    def __init__(self, title: str, settings: AppSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = title
        self.settings = settings
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.setMinimumWidth(FIELDS_WIDTH)

    def save(self) -> None:
        """Save what the fields say.

        Raises:
            FieldError: a field is wrong and shows why.
            GowaError: saving is not possible.
        """
        raise NotImplementedError

    def add_check(self, check: QCheckBox, name: str, meaning: str) -> None:
        """Add a check box with a line below it that says what it means."""
        check.setObjectName(name)
        group = QVBoxLayout()
        group.setSpacing(0)
        group.addWidget(check)
        group.addWidget(hint_below(meaning, f"{name}Meaning", self))
        self.column.addLayout(group)


class InstancesSection(SettingsSection):
    """Ports, starts and retries."""

    def __init__(self, settings: AppSettings, parent: QWidget) -> None:
        super().__init__("", settings, parent)
        self.title = self.tr("Instances")
        self._first = NumberBox(self.tr("First port"), "portFirst", 0, LAST_PORT, self)
        self._last = NumberBox(self.tr("Last port"), "portLast", 0, LAST_PORT, self)
        self._ports = FormField(self.tr("&Ports for new instances"), self._port_row(), self, "portRange", is_short=True)
        self._ports.show_hint(self.tr("A new instance gets the first free one."))
        for box, port in zip((self._first, self._last), settings.port_range, strict=True):
            box.setValue(port)
            box.valueChanged.connect(self._on_port_changed)
        self._starts = NumberBox("", "", 1, MOST_PARALLEL_STARTS, self)
        self._starts.setValue(settings.parallel_starts)
        starts = FormField(self.tr("&Instances that start at a time"), self._starts, self, "parallelStarts", is_short=True)
        starts.show_hint(self.tr("When the program starts. More is faster, and asks more of the computer at once."))
        retries = self.tr("&Try a given-up instance again every {minutes} minutes").format(minutes=round(SLOW_RETRY_S / 60))
        self._retries = QCheckBox(retries, self)
        self._retries.setChecked(settings.retries_slowly)
        meaning = self.tr("One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.")
        self.column.addWidget(self._ports)
        self.column.addWidget(starts)
        self.add_check(self._retries, "retriesSlowly", meaning.format(count=FAILURE_LIMIT, minutes=round(FAILURE_WINDOW_S / 60)))
        self.column.addStretch(1)

    def focus_first(self) -> None:
        """Move the keyboard focus to the first field."""
        self._first.setFocus()
        self._first.selectAll()

    def save(self) -> None:
        """Save."""
        try:
            self.settings.set_port_range(self._first.value(), self._last.value())
        except SettingInvalidError as error:
            self._show_port_error(str(error))
            raise FieldError(self._first) from error
        self.settings.set(PARALLEL_STARTS, self._starts.value())
        self.settings.set(RETRIES_SLOWLY, self._retries.isChecked())

    def _port_row(self) -> QWidget:
        row = QWidget(self)
        row.setFocusProxy(self._first)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._first)
        layout.addWidget(QLabel(self.tr("to"), row))
        layout.addWidget(self._last)
        return row

    @Slot()
    def _on_port_changed(self) -> None:
        self._show_port_error("")

    def _show_port_error(self, error: str) -> None:
        self._ports.show_error(error)
        for box in (self._first, self._last):
            set_property(box, "invalid", bool(error))


class VersionsSection(SettingsSection):
    """Looking for new versions, snapshots, and how many instances are updated at a time."""

    def __init__(self, settings: AppSettings, parent: QWidget) -> None:
        super().__init__("", settings, parent)
        self.title = self.tr("Versions and updates")
        self._daily = QCheckBox(self.tr("&Look for new versions once a day"), self)
        self._daily.setChecked(settings.checks_daily)
        self._kept = NumberBox("", "", 1, MOST_SNAPSHOTS, self)
        self._kept.setValue(settings.snapshots_kept)
        kept = FormField(self.tr("&Snapshots kept of each instance"), self._kept, self, "snapshotsKept", is_short=True)
        kept.show_hint(self.tr("One is made before every change of version. The oldest go first."))
        self._group = NumberBox("", "", 1, MOST_IN_GROUP, self)
        self._group.setValue(settings.update_group)
        group = FormField(self.tr("Instances updated at a &time"), self._group, self, "updateGroupSize", is_short=True)
        group.show_hint(self.tr("One goes first alone. Only when it is well, the others follow in groups of this size."))
        self._watch = NumberBox("", "", 1, MOST_WATCH_S, self)
        self._watch.setValue(settings.update_watch_s)
        self._watch.setSuffix(self.tr(" s"))
        watch = FormField(self.tr("An updated instance is &watched for"), self._watch, self, "updateWatch", is_short=True)
        watch.show_hint(self.tr("It must be well for so long, or it returns to its old version and snapshot."))
        self.add_check(
            self._daily, "checksDaily", self.tr("You are told in the status line. Nothing is installed or updated without you."),
        )  # fmt: skip
        for field in (kept, group, watch):
            self.column.addWidget(field)
        self.column.addStretch(1)

    def save(self) -> None:
        """Save."""
        self.settings.set_checks_daily(is_on=self._daily.isChecked())
        self.settings.set(SNAPSHOTS_KEPT, self._kept.value())
        self.settings.set(UPDATE_GROUP, self._group.value())
        self.settings.set(UPDATE_WATCH_S, self._watch.value())


class NetworkSection(SettingsSection):
    """Where releases come from, and the way there."""

    def __init__(self, settings: AppSettings, parent: QWidget) -> None:
        super().__init__("", settings, parent)
        self.title = self.tr("Downloads")
        self._address = QLineEdit(settings.release_address, self)
        self._address.setPlaceholderText(DEFAULT_RELEASE_ADDRESS)
        self._address_field = FormField(self.tr("Release &server"), self._address, self, "releaseAddress")
        self._address_field.show_hint(self.tr("GitHub, or a mirror that answers like it. Empty means GitHub."))
        self._token = QLineEdit(settings.github_token or "", self)
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._token_field = FormField(self.tr("GitHub &token"), self._token, self, "githubToken", self._make_reveal())
        self._token_field.show_hint(self.tr("Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions."))
        self._proxies = QButtonGroup(self)
        self._own_proxy = QLineEdit(self)
        self._proxy_field = FormField("", self._own_proxy, self, "proxyAddress")
        self._own_proxy.setAccessibleName(self.tr("Proxy address"))
        self._own_proxy.setPlaceholderText("http://proxy.example:3128")
        self.column.addWidget(self._address_field)
        self.column.addWidget(self._token_field)
        self._make_proxies()
        self.column.addStretch(1)
        for field, edit in ((self._address_field, self._address), (self._token_field, self._token), (self._proxy_field, self._own_proxy)):
            edit.textEdited.connect(lambda _, field=field: field.show_error(""))

    def save(self) -> None:
        """Save."""
        self._save_field(self._address_field, self._address, lambda: self.settings.set_release_address(self._address.text()))
        self._save_field(self._token_field, self._token, lambda: self.settings.set_github_token(self._token.text()))
        self._save_field(self._proxy_field, self._own_proxy, self._save_proxy)

    def _make_reveal(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("githubTokenReveal")
        button.setCheckable(True)
        button.setIcon(icon("eye", Tint.MUTED))
        button.setProperty("iconOnly", True)
        button.setAccessibleName(self.tr("Show the token"))
        button.setToolTip(self.tr("Show the token"))
        button.toggled.connect(self._on_reveal_toggled)
        return button

    def _make_proxies(self) -> None:
        texts = {
            "proxySystem": self.tr("Use the s&ystem's proxy"), "proxyNone": self.tr("&No proxy"), "proxyOwn": self.tr("This &proxy:"),
        }  # fmt: skip
        group = QVBoxLayout()
        group.setSpacing(0)
        group.addWidget(section_title(self.tr("Proxy"), self))
        group.addSpacing(4)
        stored = self.settings.proxy
        chosen = "proxySystem" if stored is None else "proxyNone" if stored == NO_PROXY else "proxyOwn"
        for name, text in texts.items():
            button = QRadioButton(text, self)
            button.setObjectName(name)
            button.setChecked(name == chosen)
            self._proxies.addButton(button)
            group.addWidget(button)
        if chosen == "proxyOwn":
            self._own_proxy.setText(stored or "")
        self._proxy_field.setContentsMargins(INDICATOR_WIDTH, 0, 0, 0)
        group.addWidget(self._proxy_field)
        self.column.addLayout(group)
        self._proxies.buttonToggled.connect(self._show_proxy)
        self._show_proxy()

    def _chosen_proxy(self) -> str:
        button = self._proxies.checkedButton()
        return button.objectName() if button is not None else "proxySystem"

    def _save_proxy(self) -> None:
        if self._chosen_proxy() == "proxyOwn":
            if not self._own_proxy.text().strip():
                raise SettingInvalidError(self.tr("The address of the proxy is missing."), self.tr("Type it, or choose another way."))
            self.settings.set_proxy(self._own_proxy.text())
        else:
            self.settings.set_proxy(NO_PROXY if self._chosen_proxy() == "proxyNone" else None)

    @staticmethod
    def _save_field(field: FormField, edit: QLineEdit, save: Callable[[], None]) -> None:
        try:
            save()
        except SettingInvalidError as error:
            field.show_error(str(error))
            raise FieldError(edit) from error

    @Slot()
    def _show_proxy(self) -> None:
        self._proxy_field.show_error("")
        self._proxy_field.setEnabled(self._chosen_proxy() == "proxyOwn")

    @Slot(bool)
    def _on_reveal_toggled(self, is_on: bool) -> None:
        self._token.setEchoMode(QLineEdit.EchoMode.Normal if is_on else QLineEdit.EchoMode.Password)
