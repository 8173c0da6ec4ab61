"""The form of all settings, generated from the option table: sections, one search over everything, a preview of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot

from gowa_desktop.domain.options import BY_KEY, Option, Section
from gowa_desktop.ui.config.extra_options import extra_options, port_option
from gowa_desktop.ui.config.form_frame import FormFrame
from gowa_desktop.ui.config.form_problems import sorted_problems
from gowa_desktop.ui.config.form_search import NothingMatches
from gowa_desktop.ui.config.launch_preview import LaunchPreviewView
from gowa_desktop.ui.config.list_editor import WebhooksEditor
from gowa_desktop.ui.config.option_row import OptionRow
from gowa_desktop.ui.config.option_search import admits, plain_text, search_text, search_words
from gowa_desktop.ui.config.section_page import SectionPage
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.tab_order import chain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.config_changes import LaunchPreview
    from gowa_desktop.ui.config.config_draft import ConfigDraft

EXTRAS, PREVIEW = "extras", "preview"
MAKE_ROWS_MS = 6
"""How long rows are made at a stretch while nobody waits for them; shorter than a frame."""


class ConfigForm(FormFrame):
    """Edits a draft. Main thread; its widgets are made once and serve every instance that is shown.

    Rows are made when their section is first shown, the others in idle moments, so that opening costs one section and a search
    only shows and hides.
    """

    edited = Signal()
    """The draft is different."""

    def __init__(self, generate: Callable[[], str], preview: Callable[[], LaunchPreview | None] | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("configForm")
        self._generate = generate
        self._preview_of = preview
        self._draft: ConfigDraft | None = None
        self._problems: dict[str, dict[int | str | None, str]] = {}
        self._loaded: set[OptionRow] = set()
        self._texts: dict[Option, str] = {}
        self._sections = [SectionPage(section.value, told(section.title), self._make_row, self) for section in Section]
        self._sections.append(SectionPage(EXTRAS, self.tr("Extras"), self._make_row, self))
        self._preview = LaunchPreviewView(self)
        self._found = toned_label("", "muted", self, "foundCount")
        self._nothing = NothingMatches(self)
        self._needs_order = False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(0)
        self.add_pages(self._found, *self._sections, self._preview, self._nothing)
        self._connect_signals()

    def show_draft(self, draft: ConfigDraft, options: Sequence[Option], *, has_port: bool = True) -> None:
        """Show another draft, or the same one after it was changed from elsewhere."""
        is_other = draft is not self._draft
        self._draft = draft
        self._loaded.clear()
        self._sort_in(options, has_port=has_port)
        if is_other:
            self.area.verticalScrollBar().setValue(0)
        self._show()
        self._idle.start()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say under each field what is wrong with it, and mark the sections."""
        self._problems = sorted_problems(problems)
        counts: dict[str, int] = {}
        for page in self._sections:
            count = sum(len(self._problems.get(option.key, ())) for option in page.options)
            if count:
                counts[page.key] = count
        self.nav.mark_problems(counts)
        for row in self._loaded:
            row.show_problems(self._problems.get(row.option.key, {}))

    def focus_problem(self) -> None:
        """Show the first field that is wrong and move the focus there."""
        for page in self._sections:
            for option in page.options:
                if option.key in self._problems:
                    self.search.clear()
                    self.nav.choose(page.key)
                    self._show()
                    target = page.row(option).editor.problem_target()
                    self.area.ensureWidgetVisible(page.row(option))
                    target.setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    def _connect_signals(self) -> None:
        self.search.textChanged.connect(self._show)
        self.search.left.connect(self._focus_first)
        self.nav.chosen.connect(self._on_nav_chosen)
        self._nothing.clear_requested.connect(self._on_nothing_clear_requested)
        self._idle.timeout.connect(self._on_idle_timeout)
        for page in self._sections:
            page.rows_shown.connect(self._load_rows)

    def _make_row(self, option: Option, page: QWidget) -> OptionRow:
        row = OptionRow(option, page, self._generate)
        row.edited.connect(lambda: self._on_row_edited(row))
        row.reset_requested.connect(lambda: self._on_row_reset_requested(row))
        return row

    def _sort_in(self, options: Sequence[Option], *, has_port: bool) -> None:
        """Hand each page its options, and offer the pages that have any."""
        by_page: dict[str, list[Option]] = {page.key: [] for page in self._sections}
        if has_port:
            by_page[Section.ACCESS.value].append(port_option())
        for option in options:
            by_page[option.section.value].append(option)
        by_page[EXTRAS] += extra_options()
        for page in self._sections:
            page.set_options(by_page[page.key])
            for option in page.options:
                if option not in self._texts:
                    self._texts[option] = search_text(option, page.title)
        shown = [(page.key, page.title) for page in self._sections if page.options]
        if self._preview_of is not None:
            shown.append((PREVIEW, self.tr("Preview")))
        self.nav.show_sections(shown)

    @Slot()
    def _show(self) -> None:
        """Show what was found, or the section that is chosen."""
        words = search_words(self.search.text())
        with self.rearranging():
            if words:
                self._show_found(words)
            else:
                self._show_section()
            self._load_rows()

    def _show_section(self) -> None:
        urgent = set(self._problems)
        for page in self._sections:
            if page.key == self.nav.current:
                page.show_all(urgent | {option.key for option in page.options if self._is_overridden(option)})
            else:
                page.hide()
        self._nothing.hide()
        self._found.hide()
        self.nav.show_search(is_searching=False)
        self._preview.setVisible(self.nav.current == PREVIEW)
        self.search.setAccessibleDescription("")

    def _show_found(self, words: list[str]) -> None:
        self._preview.hide()
        count = 0
        for page in self._sections:
            found = {o: not admits(words, plain_text(o)) for o in page.options if admits(words, self._texts[o])}
            page.show_found(found)
            count += len(found)
        self.nav.show_search(is_searching=True)
        words_found = self.tr("1 setting found") if count == 1 else self.tr("{count} settings found").format(count=count)
        self._found.setText(words_found)
        self._found.setVisible(bool(count))
        self._nothing.setVisible(not count)
        if not count:
            self._nothing.show_search(self.search.text())
        self.search.setAccessibleDescription(words_found)

    @Slot()
    def _load_rows(self) -> None:
        """Show the values of rows that have become visible since the draft was shown."""
        for page in self._sections:
            if not page.isHidden():
                for row in page.visible_rows():
                    self._load(row)
        self.show_preview()

    def _load(self, row: OptionRow, *, again: bool = False) -> None:
        draft = self._draft
        if draft is None or (row in self._loaded and not again):
            return
        self._loaded.add(row)
        row.show_value(draft.value(row.option), is_overridden=draft.is_overridden(row.option))
        if isinstance(row.editor, WebhooksEditor):
            row.editor.show_disabled(draft.disabled_webhooks())
        row.show_problems(self._problems.get(row.option.key, {}))
        row.show_reason(self._reason(row.option))

    def _reason(self, option: Option) -> str:
        """Say what must be on for an option to count; empty when nothing is missing."""
        needed = BY_KEY.get(option.requires or "")
        if needed is None or self._draft is None or self._draft.value(needed) is True:
            return ""
        return self.tr("Turn on “{switch}” first.").format(switch=told(needed.label))

    def _is_overridden(self, option: Option) -> bool:
        return self._draft is not None and self._draft.is_overridden(option)

    def show_preview(self) -> None:
        """Bring the preview up to date, while it is looked at."""
        if self._preview_of is not None and not self._preview.isHidden():
            preview = self._preview_of()
            if preview is not None:
                self._preview.show_preview(preview)

    def _on_row_edited(self, row: OptionRow) -> None:
        draft = self._draft
        if draft is None:
            return
        if isinstance(row.editor, WebhooksEditor):
            draft.set_webhooks(row.editor.webhooks())
        else:
            draft.set_value(row.option, row.editor.value())
        self._show_consequences(row, draft)

    def _on_row_reset_requested(self, row: OptionRow) -> None:
        draft = self._draft
        if draft is None:
            return
        draft.reset(row.option)
        if isinstance(row.editor, WebhooksEditor):
            draft.set_webhooks(())
        self._load(row, again=True)
        row.editor.target().setFocus()
        self._show_consequences(row, draft)

    def _show_consequences(self, row: OptionRow, draft: ConfigDraft) -> None:
        """Bring in line what depends on the value of a row."""
        row.show_overridden(is_overridden=draft.is_overridden(row.option))
        for other in self._loaded:
            if other.option.requires == row.option.key:
                other.show_reason(self._reason(other.option))
        # Some defaults follow other settings, such as the origins that follow the port.
        for other in self._loaded - {row}:
            if not draft.is_overridden(other.option):
                other.editor.show_value(draft.value(other.option))
        self.edited.emit()

    @Slot()
    def _focus_first(self) -> None:
        for page in self._sections:
            if not page.isHidden():
                for row in page.visible_rows():
                    row.editor.target().setFocus(Qt.FocusReason.TabFocusReason)
                    return

    @Slot()
    def _on_nav_chosen(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self._show()
        # The focus that a hidden field has lost goes to the next one, and the area follows it.
        self.area.verticalScrollBar().setValue(0)

    @Slot()
    def _on_nothing_clear_requested(self) -> None:
        self.search.clear()
        self.search.setFocus()

    @Slot()
    def _on_idle_timeout(self) -> None:
        """Make and fill a few more rows; when all are there, let Tab go through them in the order they stand."""
        timer = QElapsedTimer()
        timer.start()
        has_new = False
        for section in self._sections:
            for option in section.options:
                has_new = has_new or not section.has_row(option)
                self._load(section.row(option))
                if timer.elapsed() >= MAKE_ROWS_MS:
                    self._needs_order = self._needs_order or has_new
                    self._idle.start()
                    return
        if has_new or self._needs_order:
            self._needs_order = False
            chain([self.search, self.nav.box, self.nav.side, *(stop for section in self._sections for stop in section.stops())])
