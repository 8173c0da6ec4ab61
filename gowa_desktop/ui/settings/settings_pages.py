"""The pages of the settings dialog: which settings are on which, with their words. Each page is a list of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTime
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gowa_desktop.domain import app_settings as table
from gowa_desktop.domain.app_settings import DEFAULT_RELEASE_ADDRESS, FIRST_USER_PORT, LAST_PORT
from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.domain.restart_policy import FAILURE_LIMIT, FAILURE_WINDOW_S, SLOW_RETRY_S
from gowa_desktop.domain.setting_kinds import Pair, Whole
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.infra.languages import LANGUAGES
from gowa_desktop.ui.settings.proxy_editor import NONE, OWN, SYSTEM, ProxyEditor
from gowa_desktop.ui.settings.setting_editors import (
    ChoiceEditor,
    FlagEditor,
    HoursEditor,
    NumberEditor,
    PairEditor,
    SecretEditor,
    SetEditor,
    TextEditor,
)
from gowa_desktop.ui.settings.setting_row import SettingRow

if TYPE_CHECKING:
    from gowa_desktop.domain.app_settings import Setting
    from gowa_desktop.ui.settings.setting_editors import Editor


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be, as its setting says."""

    least: int
    most: int


class SettingsPage(QWidget):
    """Some settings that belong together. Main thread."""

    def __init__(self, title: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = title
        self.rows: list[SettingRow] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(4, 0, 12, 0)
        self.column.setSpacing(12)

    def add(self, setting: Setting[Any], editor: Editor, title: str, hint: str, name: str) -> None:
        """Add a row."""
        row = SettingRow(setting, editor, title, hint, name, self)
        self.rows.append(row)
        self.column.addWidget(row)

    def add_flag(self, setting: Setting[bool], title: str, hint: str, name: str) -> None:
        """Add a row with a check box."""
        self.add(setting, FlagEditor(title, self), title, hint, name)

    def add_number(self, setting: Setting[int], title: str, hint: str, name: str, unit: str = "") -> None:
        """Add a row with a number, whose bounds the setting knows."""
        kind = setting.kind
        bounds = Bounds(kind.least, kind.most) if isinstance(kind, Whole) else Bounds(0, LAST_PORT)
        self.add(setting, NumberEditor(bounds.least, bounds.most, self, unit), title, hint, name)


class SettingsPages(QObject):
    """Makes the pages. The words of a row are found by the search of the dialog, too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent

    def all(self) -> list[SettingsPage]:
        """Make all, in the order in which they are listed."""
        return [
            self._general(), self._appearance(), self._instances(), self._monitoring(), self._logs(), self._notifications(), self._versions(),
            self._downloads(),
        ]  # fmt: skip

    def _page(self, title: str, name: str) -> SettingsPage:
        return SettingsPage(title, name, self._parent)

    def _general(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("General"), "settingsGeneral")
        page.add_flag(
            table.START_MINIMIZED, tr("Start &minimised"), tr("In the tray, or in the task bar where there is no tray."), "startMinimized"
        )
        closing = {CloseAction.TRAY: tr("Keep running in the tray"), CloseAction.QUIT: tr("Quit")}
        page.add(
            table.CLOSE_ACTION, ChoiceEditor(closing, page), tr("When the window is &closed"),
            tr("Without a tray, the window stays in the task bar."), "closeAction",
        )  # fmt: skip
        quitting = {
            QuitAction.ASK: tr("Ask each time"), QuitAction.LEAVE: tr("Leave instances running"), QuitAction.STOP: tr("Stop all instances"),
        }  # fmt: skip
        page.add(
            table.QUIT_ACTION, ChoiceEditor(quitting, page), tr("When the program &quits"),
            tr("Instances that are left running are found again at the next start."), "quitAction",
        )  # fmt: skip
        languages = {"": tr("As the system"), **LANGUAGES}
        page.add(
            table.LANGUAGE, ChoiceEditor(languages, page), tr("&Language"), tr("The window opens anew in it."), "language"
        )
        return page

    def _appearance(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Appearance"), "settingsAppearance")
        themes = {
            ThemeChoice.SYSTEM: tr("As the system"), ThemeChoice.LIGHT: tr("Light"), ThemeChoice.DARK: tr("Dark"),
            ThemeChoice.CONTRAST: tr("High contrast"),
        }  # fmt: skip
        page.add(
            table.THEME, ChoiceEditor(themes, page), tr("&Theme"), tr("High contrast is as bright or dark as the system."), "theme"
        )
        page.add_flag(
            table.REDUCED_MOTION, tr("&Reduce motion"), tr("Menus open at once and the cursor does not blink. Off, as the system has it."),
            "reducedMotion",
        )  # fmt: skip
        return page

    def _instances(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Instances"), "settingsInstances")
        ports = [("portFirst", tr("First port"), 0, LAST_PORT, ""), ("portLast", tr("Last port"), 0, LAST_PORT, "")]
        hint = tr("A new instance gets the first free one. From {first} to {last}.").format(first=FIRST_USER_PORT, last=LAST_PORT)
        page.add(table.PORT_RANGE, PairEditor(ports, tr("to"), page), tr("&Ports for new instances"), hint, "portRange")
        page.add_number(
            table.PARALLEL_STARTS, tr("&Instances that start at a time"),
            tr("When the program starts. More is faster, and asks more of the computer at once."), "parallelStarts",
        )  # fmt: skip
        meaning = tr("One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.")
        page.add_flag(
            table.RETRIES_SLOWLY, tr("&Try a given-up instance again every {minutes} minutes").format(minutes=round(SLOW_RETRY_S / 60)),
            meaning.format(count=FAILURE_LIMIT, minutes=round(FAILURE_WINDOW_S / 60)), "retriesSlowly",
        )  # fmt: skip
        return page

    def _monitoring(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Monitoring"), "settingsMonitoring")
        page.add_number(
            table.SAMPLE_WINDOW_S, tr("While the &window is shown, read CPU and memory every"), tr("A shorter time shows more."),
            "sampleWindow", tr(" s"),
        )  # fmt: skip
        page.add_number(
            table.SAMPLE_TRAY_S, tr("While it is in the &tray, every"), tr("A longer time spares the battery. Charts keep their gaps small."),
            "sampleTray", tr(" s"),
        )  # fmt: skip
        return page

    def _logs(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Logs"), "settingsLogs")
        kind = table.LOG_LIMITS.kind
        size, count = (kind.first, kind.second) if isinstance(kind, Pair) else (Whole(1, 1), Whole(2, 2))
        parts = [
            ("logMegabytes", tr("Size of a log file"), size.least, size.most, tr(" MB")),
            ("logFiles", tr("Log files"), count.least, count.most, ""),
        ]  # fmt: skip
        page.add(
            table.LOG_LIMITS, PairEditor(parts, tr("in each of so many files:"), page), tr("&Log of each instance"),
            tr("The oldest file goes when there is one too many."), "logLimits",
        )  # fmt: skip
        levels = {
            "DEBUG": tr("Everything, for a search for faults"), "INFO": tr("What happens"), "WARNING": tr("Warnings and errors"),
            "ERROR": tr("Errors only"),
        }  # fmt: skip
        page.add(table.LOG_LEVEL, ChoiceEditor(levels, page), tr("GOWA &Desktop's own log"), tr("Holds at once."), "logLevel")
        return page

    def _notifications(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Notifications"), "settingsNotifications")
        kinds = {
            NoticeKind.GAVE_UP: tr("An instance is given up"), NoticeKind.CRASHED: tr("An instance ended and is started again"),
            NoticeKind.WHATSAPP: tr("WhatsApp needs you, as after a logout"), NoticeKind.ALERT: tr("CPU, memory or a folder is above a limit"),
            NoticeKind.DISK: tr("The disk is nearly full"), NoticeKind.UPDATE: tr("A new version is there"),
            NoticeKind.DONE: tr("Long work is finished"),
        }  # fmt: skip
        boxes = {kind.value: (f"notify_{kind.value}", kinds.get(kind, kind.value)) for kind in NoticeKind}
        hint = tr("What is off is neither shown nor listed.")
        page.add(table.NOTIFICATIONS, SetEditor(boxes, page), tr("Tell me when"), hint, "notifications")
        titles = (tr("&Quiet from"), tr("Quiet from"), tr("Quiet until"))
        hours = HoursEditor(titles, tr("to"), (QTime(22, 0), QTime(7, 0)), page)
        hint = tr("Nothing pops up then; it is in the list in the window.")
        page.add(table.QUIET_HOURS, hours, tr("Quiet hours"), hint, "quietHours")
        page.add_flag(
            table.URGENT_BREAKS_QUIET, tr("&Urgent ones come all the same"), tr("Such as an instance that is given up."), "urgentBreaksQuiet"
        )
        return page

    def _versions(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Versions and updates"), "settingsVersions")
        page.add_flag(
            table.CHECKS_DAILY, tr("&Look for new versions once a day"),
            tr("You are told in the status line. Nothing is installed or updated without you."), "checksDaily",
        )  # fmt: skip
        page.add_number(
            table.SNAPSHOTS_KEPT, tr("&Snapshots kept of each instance"),
            tr("One is made before every change of version. The oldest go first."), "snapshotsKept",
        )  # fmt: skip
        page.add_number(
            table.UPDATE_GROUP, tr("Instances updated at a &time"),
            tr("One goes first alone. Only when it is well, the others follow in groups of this size."), "updateGroupSize",
        )  # fmt: skip
        page.add_number(
            table.UPDATE_WATCH_S, tr("An updated instance is &watched for"),
            tr("It must be well for so long, or it returns to its old version and snapshot."), "updateWatch", tr(" s"),
        )  # fmt: skip
        return page

    def _downloads(self) -> SettingsPage:
        tr, page = self.tr, self._page(self.tr("Downloads"), "settingsDownloads")
        page.add(
            table.RELEASE_ADDRESS, TextEditor(page, DEFAULT_RELEASE_ADDRESS), tr("Release &server"),
            tr("GitHub, or a mirror that answers like it. Empty means GitHub."), "releaseAddress",
        )  # fmt: skip
        page.add(
            table.GITHUB_TOKEN, SecretEditor("githubTokenReveal", tr("Show the token"), page), tr("GitHub &token"),
            tr("Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions."), "githubToken",
        )  # fmt: skip
        words = {SYSTEM: tr("Use the s&ystem's proxy"), NONE: tr("&No proxy"), OWN: tr("This &proxy:")}
        page.add(table.PROXY, ProxyEditor(words, tr("Proxy address"), page), tr("Proxy"), "", "proxy")
        return page
