"""The tray icon without a tray: its picture, its words, its menu, and the wait for a tray that comes late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.tray import tray as tray_module
from gowa_desktop.ui.tray.tray import MOST_WAITS, Tray
from gowa_desktop.ui.tray.tray_menu import TrayMenu
from gowa_desktop.ui.tray.tray_picture import SIZES, TrayFace, face_of, tray_icon, tray_pixmap
from gowa_desktop.ui.tray.tray_words import MOST_LISTED, header_line, startable, stoppable, tooltip
from tests.ui.conftest import a_status, simulated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.look.theme import Theme

S = InstanceState
FACES = [
    TrayFace(S.RUNNING, 5), TrayFace(S.RUNNING, 2, is_uneasy=True), TrayFace(S.BACKOFF, 1), TrayFace(S.FAILED, 12),
    TrayFace(S.STARTING, 1), TrayFace(S.STOPPING, 1), TrayFace(),
]  # fmt: skip


def fleet(*states: InstanceState) -> list[InstanceStatus]:
    return [replace(a_status(state, number), name=f"shop-{number}") for number, state in enumerate(states, 1)]


def brightness(color: QColor) -> float:
    """Give the relative luminance of WCAG 2."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (color.redF(), color.greenF(), color.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def main_color(image: QImage) -> QColor:
    """Give the colour of which there is most, apart from the white of the number."""
    counts: dict[int, int] = {}
    for y in range(image.height()):
        for x in range(image.width()):
            color = image.pixelColor(x, y)
            if color.alpha() == 255 and color != QColor("#ffffff"):
                counts[color.rgb()] = counts.get(color.rgb(), 0) + 1
    return QColor(max(counts, key=lambda rgb: counts[rgb]))


@pytest.mark.parametrize(
    ("states", "state", "count"),
    [
        ((), S.STOPPED, 0), ((S.STOPPED, S.STOPPED), S.STOPPED, 0), ((S.RUNNING, S.RUNNING, S.STOPPED), S.RUNNING, 2),
        ((S.RUNNING, S.STARTING), S.STARTING, 1), ((S.RUNNING, S.BACKOFF, S.STARTING), S.BACKOFF, 1),
        ((S.FAILED, S.BACKOFF, S.FAILED, S.RUNNING), S.FAILED, 2),
    ],
)  # fmt: skip
def test_face_is_the_worst_state_and_how_many_are_in_it(states: tuple[InstanceState, ...], state: InstanceState, count: int) -> None:
    assert face_of(fleet(*states)) == TrayFace(state, count)


def test_face_of_one_that_does_not_answer_is_worse_than_running() -> None:
    statuses = fleet(S.RUNNING, S.RUNNING)
    statuses[1] = replace(statuses[1], is_unresponsive=True)
    assert face_of(statuses) == TrayFace(S.RUNNING, 1, is_uneasy=True)


@pytest.mark.parametrize("face", FACES, ids=str)
@pytest.mark.parametrize("ground", ["#ffffff", "#f0f0f0", "#1b1e23", "#000000"])
def test_picture_is_found_on_bright_and_dark_panels(theme: Theme, face: TrayFace, ground: str) -> None:
    assert contrast(main_color(tray_pixmap(face, 64).toImage()), QColor(ground)) >= 3.0


@pytest.mark.parametrize("size", SIZES)
def test_faces_differ_in_shape_alone(theme: Theme, size: int) -> None:
    """A template has no colours: what differs there differs in shape."""
    outlines = [tray_pixmap(TrayFace(state), size, is_template=True).toImage() for state in S]
    assert all(one != other for i, one in enumerate(outlines) for other in outlines[i + 1 :])


def test_template_is_black_and_told_apart_as_one(theme: Theme) -> None:
    icon = tray_icon(TrayFace(S.FAILED, 3), is_template=True)
    assert icon.isMask()
    image = icon.pixmap(64, 64).toImage()
    colors = {image.pixelColor(x, y).name() for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() == 255}
    assert colors == {"#000000"}
    assert image.pixelColor(32, 32).alpha() < 255 or any(image.pixelColor(x, 32).alpha() == 0 for x in range(16, 48))


@pytest.mark.parametrize("count", [1, 9, 10])
def test_number_is_written(theme: Theme, count: int) -> None:
    assert tray_pixmap(TrayFace(S.RUNNING, count), 32).toImage() != tray_pixmap(TrayFace(S.RUNNING, 0), 32).toImage()


def test_words_name_the_first_that_needs_somebody() -> None:
    assert tooltip([]) == "GOWA Desktop: no instances yet."
    assert tooltip(fleet(S.RUNNING, S.STOPPED)) == "GOWA Desktop: 1 of 2 running."
    assert tooltip(fleet(S.RUNNING, S.FAILED)) == "GOWA Desktop: 1 of 2 running, shop-2 is failed."
    assert tooltip(fleet(S.BACKOFF, S.FAILED)) == "GOWA Desktop: 0 of 2 running, shop-1 is retrying, 1 more need attention."
    assert header_line(fleet(S.RUNNING, S.FAILED)) == "1 of 2 running · 1 needs attention"


def test_start_all_and_stop_all_leave_out_what_they_cannot_change() -> None:
    statuses = fleet(S.STOPPED, S.RUNNING, S.FAILED, S.STOPPING, S.BACKOFF, S.STARTING)
    assert startable(statuses) == [1, 3]
    assert stoppable(statuses) == [2, 5, 6]


@pytest.fixture
def menu(theme: Theme) -> Iterator[TrayMenu]:
    made = TrayMenu()
    yield made
    made.deleteLater()


def lines(menu: TrayMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.menu() is not None]


def test_menu_puts_attention_first_and_then_names_and_ends_after_fifteen(menu: TrayMenu) -> None:
    statuses = [replace(a_status(S.RUNNING, number), name=f"shop-{number:02}") for number in range(1, 21)]
    statuses[19] = replace(statuses[19], status=S.FAILED)
    menu.show_statuses(statuses)
    assert lines(menu) == ["shop-20 · Failed", *(f"shop-{number:02} · Running" for number in range(1, MOST_LISTED))]
    more = next(action for action in menu.actions() if action.objectName() == "tray_more")
    assert (more.isVisible(), more.text()) == (True, "5 more in the window…")


def test_menu_keeps_its_entries_and_their_order_while_it_is_open(menu: TrayMenu) -> None:
    menu.show_statuses(fleet(S.RUNNING, S.RUNNING, S.RUNNING))
    before = [action for action in menu.actions() if action.menu() is not None]
    menu.aboutToShow.emit()
    menu.show_statuses(fleet(S.RUNNING, S.RUNNING, S.FAILED))
    assert [action for action in menu.actions() if action.menu() is not None] == before
    assert lines(menu)[2] == "shop-3 · Failed"

    menu.aboutToHide.emit()

    assert lines(menu)[0] == "shop-3 · Failed"
    assert set(before) == {action for action in menu.actions() if action.menu() is not None}


def test_menu_that_changes_nothing_touches_nothing(menu: TrayMenu) -> None:
    statuses = fleet(S.RUNNING, S.STOPPED)
    menu.show_statuses(statuses)
    touched: list[str] = []
    for action in menu.actions():
        action.changed.connect(lambda: touched.append("changed"))
    menu.show_statuses([replace(status, uptime_s=5.0, restart_count=1) for status in statuses])
    assert touched == []


def test_ampersand_in_a_name_is_shown(menu: TrayMenu) -> None:
    menu.show_statuses([replace(a_status(S.RUNNING), name="A&B")])
    assert lines(menu) == ["A&&B · Running"]


def test_tray_that_comes_late_is_taken_and_one_that_never_comes_is_missed(qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray_module, "WAIT_MS", 1)
    asked: list[bool] = []

    def find_tray() -> bool:
        asked.append(True)
        return len(asked) > 3

    owner = QObject()
    late = Tray(owner, find_tray)
    with qtbot.waitSignal(late.appeared, timeout=20_000):
        late.begin()
    assert late.icon is not None
    assert not late.is_waiting
    never = Tray(owner, lambda: False)
    with qtbot.waitSignal(never.missed, timeout=20_000):
        never.begin()
    assert (never.icon, never.is_waiting) == (None, False)
    assert MOST_WAITS == 60
    for one in (late, never):
        one.close()
    owner.deleteLater()


def test_icon_is_painted_anew_only_when_the_picture_changes(
    qtbot: QtBot, theme: Theme, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[TrayFace] = []

    def paint(face: TrayFace, *, is_template: bool = False) -> object:
        painted.append(face)
        return tray_icon(face, is_template=is_template)

    monkeypatch.setattr(tray_module, "tray_icon", paint)
    made = simulated(services, "shop")
    owner = QObject()
    tray = Tray(owner, lambda: True)
    tray.begin()
    tray.follow(services.instances)
    assert painted == [TrayFace()]
    for _ in range(20):
        services.instances.state_changed.emit(made.id)
        tray.refresh()
    assert painted == [TrayFace()]

    services.instances.start(made.id)
    qtbot.waitUntil(lambda: painted[-1] == TrayFace(S.RUNNING, 1), timeout=20_000)
    # What was over before the icon had settled need not be seen.
    states = [face.state for face in painted]
    assert states in ([S.STOPPED, S.RUNNING], [S.STOPPED, S.STARTING, S.RUNNING])
    tray.close()
    owner.deleteLater()
