"""Which picture shows which window. A test holds this against the windows that there are, the command against the pictures it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PICTURED = {
    "AboutDialog": "about",
    "AlertsDialog": "alerts",
    "ApplyTemplateDialog": "template-apply",
    "BulkEditDialog": "bulk-edit",
    "CleanDialog": "disk",
    "CleanUpDialog": "versions-clean-up",
    "CloseQuestion": "close-question",
    "CommandPalette": "palette",
    "ConfirmDialog": "delete-several",
    "CopyDialog": "copy",
    "DiagnosticsDialog": "diagnostics",
    "ErrorWindow": "error",
    "ExportDialog": "export",
    "FleetWindow": "fleet",
    "ImportDialog": "import",
    "LogView": "logs-own",
    "LogWindow": "logs-all",
    "MainWindow": "overview",
    "ManagerDialog": "manager-dialog",
    "NewInstanceDialog": "new-instance",
    "NoticePanel": "notices",
    "PairingHelp": "pairing",
    "QMessageBox": "fatal-error",
    "QuitQuestion": "quit-question",
    "SaveTemplateDialog": "template-save",
    "SavedSearchMenu": "logs-saved-searches",
    "SearchNameDialog": "logs-save-search",
    "SelfTestDialog": "self-test",
    "SettingsDialog": "settings",
    "ShortcutsDialog": "shortcuts",
    "SnapshotsDialog": "snapshots",
    "StopProgress": "quit-progress",
    "SupervisionDialog": "supervision",
    "TagsDialog": "tags-dialog",
    "TemplatesDialog": "templates",
    "TrashDialog": "trash",
    "TrayMenu": "tray-menu",
    "UnsavedDialog": "unsaved",
    "UpdateDialog": "update-choose",
    "VersionTagDialog": "version-tag",
    "VersionsWindow": "versions",
}
"""The class of each window, and the name of a picture of it."""


def missing_pictures(taken: Mapping[str, str]) -> list[str]:
    """Say which windows have no picture; `taken` has the class of the window behind each picture, by the picture's name."""
    return [
        f"{kind} is not on the picture {name}, which shows {taken.get(name, 'nothing')}"
        for kind, name in PICTURED.items()
        if taken.get(name) != kind
    ]
