"""Every kind of option has an editor; what a person has not touched comes back as it was; any text at all is harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox, QWidget

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.options import BY_KEY, OPTIONS, Option, OptionKind, Section
from gowa_desktop.ui.config.extra_options import extra_options
from gowa_desktop.ui.config.list_editor import MOST_ROWS, ListEditor, WebhooksEditor
from gowa_desktop.ui.config.option_editors import make_editor
from gowa_desktop.ui.config.pairs_editor import EnvironmentEditor, LoginsEditor
from gowa_desktop.ui.parts.hiding_line import HidingLine
from tests.ui.conftest import find
from tests.ui.valid_values import ANY_TEXT, valid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.ui.config.option_editor import OptionEditor
    from gowa_desktop.ui.look.theme import Theme

LEFT = Qt.MouseButton.LeftButton
ALL = (*OPTIONS, *extra_options())
LIMITS = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    """The window that an editor belongs to."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(480, 400)
    return widget


@pytest.fixture
def shown(host: QWidget) -> Iterator[dict[str, OptionEditor]]:
    """One editor for each option, each having shown its default."""
    editors = {option.key: editor_of(option, host) for option in ALL}
    host.show()
    yield editors
    host.hide()


def editor_of(option: Option, host: QWidget) -> OptionEditor:
    editor = make_editor(option, host, lambda: "generated")
    editor.describe(option.label, option.help)
    empty: dict[str, Json] = {"args": [], "env": {}}
    editor.show_value(empty[option.key] if option.key in empty else ConfigParser().default(option, 8001))
    return editor


def test_every_option_has_an_editor_that_is_named_and_described(shown: dict[str, OptionEditor]) -> None:
    assert {option.kind for option in OPTIONS} == set(OptionKind)
    for option in ALL:
        target = shown[option.key].target()
        assert option.label in target.accessibleName(), option.key
        assert option.help in target.accessibleDescription(), option.key
        assert target.objectName().startswith(f"option_{option.key}")


def test_every_kind_of_editor_is_reached_by_tab(shown: dict[str, OptionEditor]) -> None:
    for option in ALL:
        for stop in shown[option.key].stops():
            assert stop.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{option.key}: {stop.objectName()}"
            assert stop.objectName()


@pytest.mark.parametrize("option", ALL, ids=lambda option: option.key)
@given(data=st.data())
@LIMITS
def test_valid_value_survives_its_editor_untouched_and_written_anew(host: QWidget, option: Option, data: st.DataObject) -> None:
    value = data.draw(valid(option))
    editor = editor_of(option, host)

    editor.show_value(value)

    assert editor.value() == value
    assert type(editor.value()) is type(value)
    # What the widgets hold is the same as what was loaded: editing one part does not change the others.
    editor.note_edit()
    assert editor.value() == value


@pytest.mark.parametrize("option", ALL, ids=lambda option: option.key)
@given(value=st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=6,
))  # fmt: skip
@LIMITS
def test_any_stored_value_is_shown_and_kept_until_it_is_edited(host: QWidget, option: Option, value: Json) -> None:
    editor = editor_of(option, host)

    editor.show_value(value)
    editor.show_problems({None: "wrong", 0: "wrong", "X": "wrong"})

    assert editor.value() == value


@given(text=ANY_TEXT)
@LIMITS
def test_any_text_in_any_field_is_harmless(shown: dict[str, OptionEditor], text: str) -> None:
    parser = ConfigParser()
    for option in ALL:
        editor = shown[option.key]
        if isinstance(editor, ListEditor | EnvironmentEditor | LoginsEditor) and not editor.rows:
            QTest.mouseClick(find(editor, QPushButton, f"option_{option.key}Add"), LEFT)
        for line in editor.findChildren(QLineEdit):
            line.setText(text)
        for area in editor.findChildren(QPlainTextEdit):
            area.setPlainText(text)
        problems = parser.check({"flags": {option.key: editor.value()}})
        editor.show_problems({None: next(iter(problems.values()), "")})
        assert isinstance(editor.value(), bool | int | str | list | dict)


def test_switch_is_toggled_by_space(shown: dict[str, OptionEditor]) -> None:
    editor = shown["debug"]
    editor.target().setFocus()

    QTest.keyClick(editor.target(), Qt.Key.Key_Space)

    assert editor.value() is True
    assert find(editor, QCheckBox, "option_debug").text() == BY_KEY["debug"].label


def test_number_follows_the_arrow_keys_and_stays_within_its_limits(shown: dict[str, OptionEditor]) -> None:
    editor = shown["chatStorageMaxOpenConns"]
    box = find(editor, QSpinBox, "option_chatStorageMaxOpenConns")

    QTest.keyClick(box, Qt.Key.Key_Up)
    assert editor.value() == 6
    box.setValue(0)
    assert editor.value() == BY_KEY["chatStorageMaxOpenConns"].minimum


def test_choice_follows_the_arrow_keys_and_keeps_a_word_it_does_not_know(host: QWidget) -> None:
    editor = editor_of(BY_KEY["presenceOnConnect"], host)
    box = find(editor, QComboBox, "option_presenceOnConnect")
    editor.show_value("from a newer version")
    assert box.currentText() == "from a newer version"

    editor.show_value("available")
    assert box.count() == 3
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert editor.value() == "unavailable"


def test_duration_says_in_words_what_it_means(shown: dict[str, OptionEditor]) -> None:
    editor = shown["presencePulseInterval"]
    words = find(editor, QLabel, "option_presencePulseIntervalWords")
    line = find(editor, QLineEdit, "option_presencePulseInterval")
    assert words.text() == "= 1 day"

    line.setText("36h")
    assert words.text() == "= 1 day 12 hours"
    line.setText("60")
    assert not words.text()


def test_secret_is_hidden_until_revealed_and_copied_without_being_shown(shown: dict[str, OptionEditor]) -> None:
    editor = shown["webhookSecret"]
    editor.show_value("hush")
    line = find(editor, QLineEdit, "option_webhookSecret")
    assert line.echoMode() is QLineEdit.EchoMode.Password

    QTest.mouseClick(find(editor, QAbstractButton, "option_webhookSecretCopy"), LEFT)
    assert QGuiApplication.clipboard().text() == "hush"
    assert line.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClick(find(editor, QAbstractButton, "option_webhookSecretReveal"), Qt.Key.Key_Space)
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    editor.show_value("another")
    assert line.echoMode() is QLineEdit.EchoMode.Password


def test_secret_of_ours_can_be_generated_and_a_token_of_others_cannot(shown: dict[str, OptionEditor]) -> None:
    editor = shown["webhookSecret"]

    QTest.mouseClick(find(editor, QAbstractButton, "option_webhookSecretGenerate"), LEFT)

    assert editor.value() == "generated"
    assert not shown["chatwootApiToken"].findChildren(QAbstractButton, "option_chatwootApiTokenGenerate")


def test_address_with_a_password_is_hidden_while_it_is_not_edited(shown: dict[str, OptionEditor]) -> None:
    editor = shown["dbUri"]
    line = find(editor, HidingLine, "option_dbUri")
    assert line.shown_text == "file:storages/whatsapp.db"

    editor.show_value("postgres://me:hush@host/db")
    assert line.shown_text == "postgres://me:•••@host/db"
    assert line.displayText() == ""
    line.setFocus()
    assert line.displayText() == "postgres://me:hush@host/db"
    shown["debug"].target().setFocus()
    assert line.displayText() == ""
    assert editor.value() == "postgres://me:hush@host/db"


def lines_of(editor: OptionEditor) -> list[str]:
    assert isinstance(editor, ListEditor)
    return [row.line.text() for row in editor.rows]


def test_list_is_edited_by_keyboard_alone(host: QWidget) -> None:
    editor = editor_of(BY_KEY["webhookIgnoreJids"], host)
    host.show()
    add = find(editor, QPushButton, "option_webhookIgnoreJidsAdd")
    for text in ("@g.us", "@lid"):
        QTest.keyClick(add, Qt.Key.Key_Space)
        QTest.keyClicks(host.focusWidget(), text)
    assert editor.value() == ["@g.us", "@lid"]

    QTest.keyClick(host.focusWidget(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert editor.value() == ["@lid", "@g.us"]
    assert isinstance(editor, ListEditor)
    remove = editor.rows[0].stops()[-1]
    QTest.keyClick(remove, Qt.Key.Key_Space)
    assert editor.value() == ["@g.us"]
    assert host.focusWidget() is editor.rows[0].line


def test_row_without_text_is_no_item(host: QWidget) -> None:
    editor = editor_of(BY_KEY["trustedProxies"], host)
    editor.show_value(["10.0.0.0/8"])

    QTest.mouseClick(find(editor, QPushButton, "option_trustedProxiesAdd"), LEFT)
    QTest.mouseClick(find(editor, QPushButton, "option_trustedProxiesAdd"), LEFT)

    assert lines_of(editor) == ["10.0.0.0/8", ""]
    assert editor.value() == ["10.0.0.0/8"]


def test_pasting_several_lines_into_a_row_makes_rows(host: QWidget) -> None:
    editor = editor_of(BY_KEY["webhooks"], host)
    editor.show_value(["https://a.example", "https://z.example"])
    mime = QMimeData()
    mime.setText("https://b.example\r\n\n  https://c.example \n")
    QGuiApplication.clipboard().setMimeData(mime)
    assert isinstance(editor, ListEditor)
    editor.rows[0].line.selectAll()

    editor.rows[0].line.paste()

    assert editor.value() == ["https://b.example", "https://c.example", "https://z.example"]


def test_paste_lines_adds_a_row_for_each_line_and_keeps_what_is_too_much(host: QWidget) -> None:
    editor = editor_of(BY_KEY["webhooks"], host)
    wanted = [f"https://{number}.example" for number in range(MOST_ROWS + 7)]
    QGuiApplication.clipboard().setText("\n".join(wanted))

    QTest.mouseClick(find(editor, QPushButton, "option_webhooksPaste"), LEFT)

    assert editor.value() == wanted
    assert len(lines_of(editor)) == MOST_ROWS
    assert find(editor, QLabel, "option_webhooksMore").text() == "7 more are kept but not shown."


def test_each_webhook_has_its_own_switch(host: QWidget) -> None:
    editor = editor_of(BY_KEY["webhooks"], host)
    assert isinstance(editor, WebhooksEditor)
    editor.show_value(["https://a.example", "https://b.example"])
    editor.show_disabled(["https://b.example"])
    assert editor.webhooks() == [("https://a.example", True), ("https://b.example", False)]
    switch = editor.rows[0].switch
    assert switch is not None

    QTest.keyClick(switch, Qt.Key.Key_Space)

    assert editor.webhooks() == [("https://a.example", False), ("https://b.example", False)]
    assert switch.accessibleName() == "On: Webhook addresses, 1 of 2"


def test_list_offers_what_gowa_knows_and_not_what_is_there_already(host: QWidget) -> None:
    editor = editor_of(BY_KEY["webhookEvents"], host)
    menu = find(editor, QPushButton, "option_webhookEventsAdd").menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "message.ack").trigger()

    menu.aboutToShow.emit()

    assert editor.value() == ["message.ack"]
    assert [action.text() for action in menu.actions() if not action.isVisible()] == ["message.ack"]


def test_problem_of_a_row_stands_below_that_row(host: QWidget) -> None:
    editor = editor_of(BY_KEY["webhooks"], host)
    editor.show_value(["https://a.example", "nonsense"])
    assert isinstance(editor, ListEditor)

    editor.show_problems({1: "This is no address."})

    assert editor.rows[1].line.accessibleDescription().startswith("This is no address.")
    assert not editor.rows[0].has_problem
    assert editor.problem_target() is editor.rows[1].line
    editor.show_problems({})
    assert not editor.rows[1].has_problem


def test_new_sign_in_has_a_password_and_a_name_that_is_not_taken(host: QWidget) -> None:
    editor = editor_of(BY_KEY["basicAuth"], host)
    add = find(editor, QPushButton, "option_basicAuthAdd")

    QTest.mouseClick(add, LEFT)
    QTest.mouseClick(add, LEFT)

    assert editor.value() == [{"username": "admin", "password": "generated"}, {"username": "user2", "password": "generated"}]
    assert isinstance(editor, LoginsEditor)
    assert editor.rows[0].second.echoMode() is QLineEdit.EchoMode.Password


def test_variable_with_a_telling_name_is_hidden_and_a_name_that_stands_twice_is_marked(host: QWidget) -> None:
    editor = editor_of(extra_options()[1], host)
    editor.show_value({"MY_TOKEN": "hush", "TZ": "UTC"})
    assert isinstance(editor, EnvironmentEditor)
    assert [row.second.displayText() for row in editor.rows] == ["", "UTC"]

    editor.rows[1].first.setText("MY_TOKEN")
    editor.show_problems({})

    assert editor.value() == {"MY_TOKEN": "UTC"}
    assert editor.rows[1].has_problem


def test_discovered_option_of_each_kind_has_an_editor(host: QWidget) -> None:
    for kind in OptionKind:
        option = Option(
            f"new{kind.name.title()}", kind, "", "--new", since="v10.0.0", section=Section.NEW, label="New", help="", is_discovered=True
        )
        editor = editor_of(option, host)
        assert editor.value() == ConfigParser().default(option, 8001)
