"""The tab “Configure”: the form on the draft of the selected instance, and the bars that say what is to be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.config.config_form import ConfigForm
from gowa_desktop.ui.config.form_bars import NoticeBar, SaveBar, named
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gowa_desktop.domain.config_changes import LaunchPreview
    from gowa_desktop.domain.instance import InstanceState, InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.config.config_drafts import ConfigDrafts


class ConfigureTab(QWidget):
    """Edits the settings of one instance. Main thread; unsaved edits live in the drafts, not here."""

    def __init__(self, instances: InstanceService, drafts: ConfigDrafts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("configureTab")
        self._instances = instances
        self._drafts = drafts
        self._shown: tuple[int, datetime, tuple[str | None, ...]] | None = None
        self._state: InstanceState | None = None
        self._news = NoticeBar("newsBar", self.tr("Use theirs"), self.tr("OK"), self)
        self._stray = NoticeBar("strayBar", self.tr("Import"), self.tr("Set aside"), self)
        self._form = ConfigForm(instances.parser.generate_secret, self._preview, self)
        self._bar = SaveBar(self)
        middle = QVBoxLayout()
        middle.setContentsMargins(16, 12, 0, 0)
        middle.addWidget(self._form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stray)
        layout.addWidget(self._news)
        layout.addLayout(middle, 1)
        layout.addWidget(self._bar)
        self._connect_signals()

    def show_status(self, status: InstanceStatus) -> None:
        """Show the settings of an instance; what is shown already stays as it is."""
        shown = (status.id, status.updated_at, (status.gowa_version, status.resolved_version))
        is_other_state, self._state = status.status is not self._state, status.status
        if shown != self._shown:
            self._shown = shown
            self._show_draft()
        elif is_other_state:
            self._show_stray()

    def show_options(self, tag: str) -> None:
        """Show what has been found out about the options of a version."""
        if self._shown is not None and tag in self._shown[2]:
            self._show_draft()

    def focus_search(self) -> None:
        """Move the focus to the search of the form."""
        self._form.focus_search()

    @Slot()
    def save(self) -> None:
        """Store the changes, or show the first field that is wrong."""
        if self._shown is None or not self._drafts.draft(self._shown[0]).is_changed:
            return
        if self._show_problems():
            self._form.focus_problem()
            return
        try:
            self._drafts.save(self._shown[0])
        except GowaError as error:
            self._bar.show_failure(told(str(error)))

    def _connect_signals(self) -> None:
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save)
        self._form.edited.connect(self._on_form_edited)
        self._bar.save_requested.connect(self.save)
        self._bar.discard_requested.connect(self._on_bar_discard_requested)
        self._bar.problem_requested.connect(self._form.focus_problem)
        self._news.accepted.connect(self._on_news_accepted)
        self._news.dismissed.connect(self._on_news_dismissed)
        self._stray.accepted.connect(self._on_stray_accepted)
        self._stray.dismissed.connect(self._on_stray_dismissed)
        self._drafts.changed.connect(self._on_drafts_changed)

    def _show_draft(self) -> None:
        if self._shown is None:
            return
        try:
            draft, options = self._drafts.draft(self._shown[0]), self._instances.options(self._shown[0])
        except GowaError:
            return
        self._form.show_draft(draft, options)
        self._bar.show_failure("")
        self._show_news()
        self._show_stray()
        self._show_problems()

    def _show_problems(self) -> int:
        """Check the draft, mark the fields, and give the number of problems."""
        if self._shown is None:
            return 0
        draft, problems = self._drafts.draft(self._shown[0]), self._drafts.problems(self._shown[0])
        self._form.show_problems(problems)
        self._bar.show_changes(draft.changes(), len(problems))
        return len(problems)

    def _show_news(self) -> None:
        draft = self._drafts.draft(self._shown[0]) if self._shown else None
        if draft is None or not draft.is_changed or not (draft.conflicts or draft.news):
            self._news.show_words("")
            return
        if draft.conflicts:
            words = self.tr("Changed elsewhere too: {names}. Saving overwrites that.").format(names=named(draft.conflicts))
        else:
            words = self.tr("Changed elsewhere: {names}. Your edits are kept.").format(names=named(draft.news))
        self._news.show_words(words, can_accept=bool(draft.conflicts))

    def _show_stray(self) -> None:
        """Tell about a `.env` in the folder of the instance, which GOWA would obey over everything that stands here."""
        found = self._instances.stray_env(self._shown[0]) if self._shown else None
        if found is None:
            self._stray.show_words("")
            return
        names = named(found.names) or self.tr("nothing that can be read")
        words = self.tr("A file .env lies in the folder of this instance and sets {names}.").format(names=names)
        self._stray.show_words(f"{words} {found.problem or ''}".strip(), can_accept=found.problem is None)

    def _preview(self) -> LaunchPreview | None:
        if self._shown is None:
            return None
        try:
            return self._instances.preview(self._shown[0], self._drafts.draft(self._shown[0]).config)
        except GowaError:
            return None

    @Slot()
    def _on_form_edited(self) -> None:
        self._bar.show_failure("")
        self._show_problems()
        self._form.show_preview()
        if self._shown is not None:
            self._drafts.edited.emit(self._shown[0])

    @Slot()
    def _on_bar_discard_requested(self) -> None:
        if self._shown is not None:
            self._drafts.discard(self._shown[0])
            self._form.setFocus()

    @Slot()
    def _on_news_accepted(self) -> None:
        if self._shown is not None:
            self._drafts.draft(self._shown[0]).take_theirs()
            self._show_draft()
            self._drafts.edited.emit(self._shown[0])

    @Slot()
    def _on_news_dismissed(self) -> None:
        if self._shown is not None:
            self._drafts.draft(self._shown[0]).read_news()
            self._show_news()

    @Slot()
    def _on_stray_accepted(self) -> None:
        if self._shown is not None:
            self._act_on_stray(self._instances.import_stray_env)

    @Slot()
    def _on_stray_dismissed(self) -> None:
        if self._shown is not None:
            self._act_on_stray(self._instances.set_aside_stray_env)

    def _act_on_stray(self, act: Callable[[int], object]) -> None:
        if self._shown is None:
            return
        try:
            act(self._shown[0])
        except GowaError as error:
            self._stray.show_words(told(str(error)), can_accept=False)
        else:
            self._show_stray()

    @Slot(int)
    def _on_drafts_changed(self, instance_id: int) -> None:
        if self._shown is not None and self._shown[0] == instance_id:
            self._show_draft()
