"""The form: what it shows for a version, what a search finds, what an edit leads to, and how Tab goes through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QLineEdit, QListWidget, QPlainTextEdit, QPushButton, QWidget

from gowa_desktop.domain.config_changes import LaunchPreview
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.options import OPTIONS, Option, OptionKind, Section
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.config.config_draft import ConfigDraft
from gowa_desktop.ui.config.config_form import PREVIEW, ConfigForm
from gowa_desktop.ui.config.option_row import OptionRow
from tests.ui.conftest import find
from tests.ui.valid_values import ANY_TEXT, valid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.ui.look.theme import Theme

LEFT = Qt.MouseButton.LeftButton
LIMITS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NEW = Option(
    "fancy", OptionKind.TEXT, "", "--fancy", since="v10.0.0", section=Section.NEW, label="Fancy", help="From the help of this version.",
    is_discovered=True,
)  # fmt: skip


class Bench:
    """A form, the draft it edits, and the checks that its owner would make."""

    def __init__(self, qtbot: QtBot, tag: str = "v9.2.0", discovered: tuple[Option, ...] = ()) -> None:
        self.qtbot = qtbot
        self.parser = ConfigParser()
        self.form_window = QWidget()
        qtbot.addWidget(self.form_window)
        self.form_window.resize(420, 700)
        self.form = ConfigForm(lambda: "generated", self._preview, self.form_window)
        self.form.resize(420, 700)
        self.form.edited.connect(self.check)
        self.draft = ConfigDraft(self.parser, {}, 8001)
        self.show({}, tag, discovered)
        self.form_window.show()

    def show(self, config: JsonObject, tag: str = "v9.2.0", discovered: tuple[Option, ...] = ()) -> None:
        self.draft = ConfigDraft(self.parser, config, 8001)
        self.form.show_draft(self.draft, self.parser.known_options(GowaVersion(tag), discovered))
        self.check()

    def check(self) -> None:
        self.form.show_problems(self.parser.check(self.draft.config))

    def rows(self) -> dict[str, OptionRow]:
        return {row.option.key: row for row in self.form.findChildren(OptionRow) if row.isVisible()}

    def search(self, text: str) -> list[str]:
        find(self.form, QLineEdit, "formSearch").setText(text)
        return list(self.rows())

    def choose(self, section: str) -> dict[str, OptionRow]:
        self.form.nav.choose(section)
        disclosure = self.form.findChildren(QPushButton, f"advanced_{section}")
        if disclosure and disclosure[0].isVisible() and not disclosure[0].isChecked():
            disclosure[0].click()
        return self.rows()

    def everything(self) -> dict[str, OptionRow]:
        """Make and show every row, as a search that admits all does."""
        self.qtbot.waitUntil(lambda: not self.form._idle.isActive())
        self.search("a e")  # every option has both letters somewhere
        return self.rows()

    def _preview(self) -> LaunchPreview:
        return LaunchPreview("/gowa", ("rest",), (("APP_OS", str(self.draft.config)),))


@pytest.fixture
def bench(qtbot: QtBot, theme: Theme) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.form_window.hide()


def test_every_option_of_the_version_is_in_its_section_and_no_other(bench: Bench) -> None:
    for tag in ("v9.2.0", "v8.11.0", "v7.11.4", "v5.0.0"):
        bench.show({}, tag)
        known = {option.key: option for option in bench.parser.known_options(GowaVersion(tag))}
        seen: set[str] = set()
        for section in Section:
            rows = bench.choose(section.value)
            if section.value == bench.form.nav.current:
                assert {key for key in rows if known.get(key)} == {key for key, option in known.items() if option.section is section}
                seen |= rows.keys()
        assert seen == {*known, "port"}


def test_section_that_the_version_does_not_have_is_not_offered(bench: Bench) -> None:
    box = find(bench.form, QComboBox, "sectionBox")
    assert "Dashboard" in [box.itemText(row) for row in range(box.count())]

    bench.show({}, "v7.11.4")

    assert "Dashboard" not in [box.itemText(row) for row in range(box.count())]
    assert "Storage" in [box.itemText(row) for row in range(box.count())]


def test_option_that_only_the_program_knows_is_in_a_group_of_its_own(bench: Bench) -> None:
    bench.show({}, "v10.0.0", (NEW,))

    row = bench.choose(Section.NEW.value)["fancy"]
    find(row, QLineEdit, "option_fancy").setText("very")

    assert find(bench.form, QComboBox, "sectionBox").currentText() == "New in this version"
    assert bench.draft.config == {"flags": {"fancy": "very"}}
    bench.show({}, "v9.2.0")
    assert "fancy" not in bench.search("fancy")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Base path", "basePath"), ("basepath", "basePath"), ("APP_BASE_PATH", "basePath"), ("--base-path", "basePath"),
        ("forwarded host", "trustedProxies"), ("multidevice 9g2", ""), ("escape hatch", ""), ("environment variables", "env"),
    ],
)  # fmt: skip
def test_search_looks_at_name_key_flag_variable_and_help(bench: Bench, text: str, key: str) -> None:
    found = bench.search(text)

    assert (key in found) if key else not found


def test_search_that_finds_nothing_says_so_and_is_cleared_by_a_button(bench: Bench) -> None:
    assert bench.search("zzz") == []
    assert "zzz" in find(bench.form, QLabel, "nothingMatchesWords").text()

    QTest.mouseClick(find(bench.form, QPushButton, "nothingMatchesClear"), LEFT)

    assert "port" in bench.rows()
    assert find(bench.form, QLineEdit, "formSearch").hasFocus()


def test_escape_clears_the_search_and_enter_goes_to_the_first_match(bench: Bench) -> None:
    search = find(bench.form, QLineEdit, "formSearch")
    search.setFocus()
    QTest.keyClicks(search, "device name")

    QTest.keyClick(search, Qt.Key.Key_Return)
    assert find(bench.form, QLineEdit, "option_os").hasFocus()
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""


def test_search_shows_gowas_own_names_only_where_they_were_looked_for(bench: Bench) -> None:
    bench.search("APP_OS")
    assert "APP_OS" in find(bench.form, QLabel, "help_os").text()

    bench.search("device name")
    assert "APP_OS" not in find(bench.form, QLabel, "help_os").text()


@given(text=ANY_TEXT)
@LIMITS
def test_any_search_is_harmless(bench: Bench, text: str) -> None:
    bench.search(text)


def test_edit_reaches_the_draft_and_can_be_taken_back(bench: Bench) -> None:
    row = bench.choose("whatsapp")["os"]
    assert row.is_resettable is False

    find(row, QLineEdit, "option_os").setText("Kasir")
    assert bench.draft.config == {"flags": {"os": "Kasir"}}
    assert bench.rows()["os"].is_resettable

    QTest.keyClick(find(row, QAbstractButton, "reset_os"), Qt.Key.Key_Space)
    assert bench.draft.config == {"flags": {}}
    assert find(row, QLineEdit, "option_os").text() == "GOWA"
    assert not bench.rows()["os"].is_resettable
    assert find(row, QLineEdit, "option_os").hasFocus()


def test_wrong_value_is_told_under_its_field_at_its_section_and_to_a_screen_reader(bench: Bench) -> None:
    row = bench.choose("whatsapp")["presencePulseInterval"]
    line = find(row, QLineEdit, "option_presencePulseInterval")

    line.setText("60")

    assert row.problem.startswith("Add a unit")
    assert line.accessibleDescription().startswith(row.problem)
    assert line.property("invalid") is True
    box = find(bench.form, QComboBox, "sectionBox")
    assert "WhatsApp behaviour · 1 problem" in [box.itemText(index) for index in range(box.count())]
    line.setText("48h")
    assert not row.problem


def test_first_problem_is_found_wherever_it_is(bench: Bench) -> None:
    bench.show({"flags": {"webhooks": ["https://a.example", "nonsense"], "uiRepo": "no slash"}})
    bench.search("port")

    bench.form.focus_problem()

    assert bench.form.nav.current == "webhooks"
    focused = bench.form_window.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.text() == "nonsense"


def test_advanced_options_are_folded_away_unless_one_of_them_is_set(bench: Bench) -> None:
    bench.form.nav.choose("dashboard")
    assert "uiRepo" not in bench.rows()
    disclosure = find(bench.form, QPushButton, "advanced_dashboard")
    QTest.keyClick(disclosure, Qt.Key.Key_Space)
    assert "uiRepo" in bench.rows()
    QTest.keyClick(disclosure, Qt.Key.Key_Space)
    assert "uiRepo" not in bench.rows()

    bench.show({"flags": {"uiRepo": "me/panel"}})
    assert "uiRepo" in bench.rows()


def test_option_that_needs_another_is_closed_and_says_why(bench: Bench) -> None:
    rows = bench.choose("chatwoot")
    needed = rows["chatwootUrl"].option.requires
    assert needed == "chatwootEnabled"
    line = find(rows["chatwootUrl"], QLineEdit, "option_chatwootUrl")
    assert not line.isEnabled()
    assert "Connect to Chatwoot" in find(rows["chatwootUrl"], QLabel, "help_chatwootUrl").text()
    assert "Connect to Chatwoot" in line.accessibleDescription()

    find(rows["chatwootEnabled"], QCheckBox, "option_chatwootEnabled").click()

    assert line.isEnabled()
    assert "Connect to Chatwoot" not in line.accessibleDescription()


def test_port_leads_the_origins_that_follow_it(bench: Bench) -> None:
    rows = bench.choose("access")

    find(rows["port"], QLineEdit, "option_port").setText("9123")

    origins = [line.text() for line in rows["corsAllowedOrigins"].findChildren(QLineEdit)]
    assert origins == ["http://127.0.0.1:9123", "http://localhost:9123"]


def test_default_that_depends_on_another_option_follows_it(bench: Bench) -> None:
    bench.parser = ConfigParser(lambda: True)  # there is a page that all instances share
    bench.show({})
    rows = bench.choose("dashboard")
    box = find(rows["uiAutoUpdate"], QCheckBox, "option_uiAutoUpdate")
    assert not box.isChecked()

    find(rows["uiRepo"], QLineEdit, "option_uiRepo").setText("me/panel")

    assert box.isChecked()
    assert bench.draft.config == {"flags": {"uiRepo": "me/panel"}}


def test_preview_follows_the_edits(bench: Bench) -> None:
    find(bench.choose("whatsapp")["os"], QLineEdit, "option_os").setText("Kasir")

    bench.form.nav.choose(PREVIEW)

    assert find(bench.form, QPlainTextEdit, "previewCommand").toPlainText() == "/gowa rest"
    assert "Kasir" in find(bench.form, QPlainTextEdit, "previewEnvironment").toPlainText()
    assert find(bench.form, QPlainTextEdit, "previewEnvironment").isReadOnly()


def test_wide_form_has_its_sections_at_the_side(bench: Bench) -> None:
    side, box = find(bench.form, QListWidget, "sectionList"), find(bench.form, QComboBox, "sectionBox")
    assert box.isVisible()
    assert not side.isVisible()

    bench.form.resize(900, 500)
    assert side.isVisible()
    assert not box.isVisible()
    side.setFocus()
    QTest.keyClick(side, Qt.Key.Key_Down)
    assert bench.form.nav.current == "whatsapp"
    assert "os" in bench.rows()

    bench.search("debug")
    assert side.currentRow() == -1
    side.setCurrentRow(2)
    assert find(bench.form, QLineEdit, "formSearch").text() == ""
    assert "webhooks" in bench.rows()


def test_another_draft_is_shown_by_the_same_widgets(bench: Bench) -> None:
    rows = bench.choose("whatsapp")
    find(rows["os"], QLineEdit, "option_os").setText("Kasir")
    first = bench.draft

    bench.show({"flags": {"os": "Other", "webhooks": ["https://a.example"]}})
    assert bench.rows()["os"] is rows["os"]
    assert find(rows["os"], QLineEdit, "option_os").text() == "Other"

    bench.form.show_draft(first, bench.parser.known_options(GowaVersion("v9.2.0")))
    assert find(rows["os"], QLineEdit, "option_os").text() == "Kasir"
    assert first.config == {"flags": {"os": "Kasir"}}


def test_tab_goes_through_the_form_as_it_reads(bench: Bench) -> None:
    rows = bench.everything()
    search = find(bench.form, QLineEdit, "formSearch")
    search.setFocus()
    order: list[str] = []
    for _ in range(600):
        QTest.keyClick(bench.form_window.focusWidget(), Qt.Key.Key_Tab)
        focused = bench.form_window.focusWidget()
        if focused is search:
            break
        within = [key for key, row in rows.items() if row.isAncestorOf(focused)]
        order += [key for key in within if key not in order[-1:]]
    enabled = [key for key, row in rows.items() if row.editor.isEnabled()]
    by_height = sorted(enabled, key=lambda key: rows[key].mapTo(bench.form.body, rows[key].rect().topLeft()).y())
    assert order == by_height
    assert len(order) > 30


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_valid_configuration_survives_load_and_read_back(bench: Bench, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from([option for option in OPTIONS if option.key != "port"]), max_size=12, unique=True))
    flags: JsonObject = {option.key: data.draw(valid(option)) for option in chosen}
    webhooks = flags.get("webhooks")
    if isinstance(webhooks, list) and webhooks:
        flags["disabledWebhooks"] = data.draw(st.lists(st.sampled_from(webhooks), unique_by=str))
    config: JsonObject = {"flags": {**flags, "keyOfSomebody": {"a": [1]}}, "args": ["--x", "a b"], "env": {"TZ": "UTC"}, "more": 1}
    bench.show(config)
    rows = bench.everything()

    # Every row writes what its widgets hold, as if each had been touched.
    for row in rows.values():
        if row.editor.isEnabled():
            row.editor.note_edit()

    assert bench.parser.differences(config, bench.draft.config, 8001) == ()
    left = {key: value for key, value in bench.draft.config.items() if key != "flags"}
    assert left == {"args": ["--x", "a b"], "env": {"TZ": "UTC"}, "more": 1}
    assert bench.draft.config["flags"]["keyOfSomebody"] == {"a": [1]}  # type: ignore[index,call-overload]


@given(text=ANY_TEXT)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_any_field_reaches_the_draft_and_its_check(bench: Bench, text: str) -> None:
    bench.show({"flags": {"webhooks": ["https://a.example"], "chatwootEnabled": True, "basicAuth": [{"username": "a", "password": "b"}]}})
    rows = bench.everything()

    for row in rows.values():
        for line in [line for line in row.findChildren(QLineEdit) if line.isVisible()]:
            line.setText(text)
        for area in row.findChildren(QPlainTextEdit):
            area.setPlainText(text)

    bench.check()
    assert bench.draft.port == 8001 or text.strip().isdecimal()
