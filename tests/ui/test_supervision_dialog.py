"""The dialogs that say how instances are supervised and how the program behaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QRadioButton, QSpinBox

from gowa_desktop.domain.errors import DatabaseError
from gowa_desktop.domain.instance import InstanceChanges, InstanceStatus, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.supervision_dialog import SupervisionDialog
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def open_supervision(window: MainWindow) -> SupervisionDialog:
    trigger(window, "action_supervision")
    return find(window, SupervisionDialog, "supervisionDialog")


def open_settings(window: MainWindow) -> SettingsDialog:
    trigger(window, "action_settings")
    return find(window, SettingsDialog, "settingsDialog")


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


def test_supervision_shows_what_holds_and_saves_what_is_chosen(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    dialog = open_supervision(open_window())
    assert find(dialog, QLabel, "dialogTitle").text() == "Supervision of shop"
    assert find(dialog, QRadioButton, "policy_on-failure").isChecked()
    assert find(dialog, QRadioButton, "priority_normal").isChecked()
    assert not find(dialog, QCheckBox, "memoryLimitCheck").isChecked()
    assert not find(dialog, QSpinBox, "memoryLimit").isEnabled()

    find(dialog, QRadioButton, "policy_never").click()
    find(dialog, QCheckBox, "memoryLimitCheck").click()
    find(dialog, QSpinBox, "memoryLimit").setValue(256)
    find(dialog, QRadioButton, "priority_low").click()
    QTest.mouseClick(find(dialog, QPushButton, "supervisionSave"), LEFT)

    status = services.instances.status(made.id)
    assert (status.restart_policy, status.memory_limit_mb, status.priority) == (RestartPolicy.NEVER, 256, Priority.LOW)
    assert not dialog.isVisible()


def test_memory_limit_can_be_taken_away(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    services.instances.update(made.id, InstanceChanges(memory_limit_mb=300))
    dialog = open_supervision(open_window())
    assert find(dialog, QSpinBox, "memoryLimit").value() == 300

    find(dialog, QCheckBox, "memoryLimitCheck").click()
    QTest.mouseClick(find(dialog, QPushButton, "supervisionSave"), LEFT)

    assert services.instances.status(made.id).memory_limit_mb is None


def test_several_keep_what_is_left_open_where_they_differ(services: Services, open_window: Callable[[], MainWindow]) -> None:
    one, two = simulated(services, "one"), simulated(services, "two")
    services.instances.update(one.id, InstanceChanges(restart_policy=RestartPolicy.ALWAYS, memory_limit_mb=300))
    window = open_window()
    find(window, InstanceTableView, "instanceTable").selectAll()
    dialog = open_supervision(window)
    assert find(dialog, QLabel, "dialogTitle").text() == "Supervision of 2 instances"
    assert find(dialog, QLabel, "dialogNames").text() == "one, two"
    assert not any(find(dialog, QRadioButton, f"policy_{policy.value}").isChecked() for policy in RestartPolicy)
    assert find(dialog, QCheckBox, "memoryLimitCheck").checkState() is Qt.CheckState.PartiallyChecked

    find(dialog, QRadioButton, "priority_low").click()
    QTest.mouseClick(find(dialog, QPushButton, "supervisionSave"), LEFT)

    first, second = services.instances.status(one.id), services.instances.status(two.id)
    assert (first.restart_policy, first.memory_limit_mb, first.priority) == (RestartPolicy.ALWAYS, 300, Priority.LOW)
    assert (second.restart_policy, second.memory_limit_mb, second.priority) == (RestartPolicy.ON_FAILURE, None, Priority.LOW)


def test_limit_that_differed_is_decided_with_a_click(services: Services, open_window: Callable[[], MainWindow]) -> None:
    one, two = simulated(services, "one"), simulated(services, "two")
    services.instances.update(one.id, InstanceChanges(memory_limit_mb=300))
    window = open_window()
    find(window, InstanceTableView, "instanceTable").selectAll()
    dialog = open_supervision(window)

    find(dialog, QCheckBox, "memoryLimitCheck").click()
    assert find(dialog, QCheckBox, "memoryLimitCheck").checkState() is Qt.CheckState.Checked
    QTest.mouseClick(find(dialog, QPushButton, "supervisionSave"), LEFT)

    assert [services.instances.status(i).memory_limit_mb for i in (one.id, two.id)] == [300, 300]


def test_each_choice_says_what_it_means(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    dialog = open_supervision(open_window())

    assert all(button.accessibleDescription() for button in dialog.findChildren(QRadioButton))
    hint = find(dialog, QLabel, "memoryLimitHint").text()
    assert "for 10 seconds" in hint
    assert "at most once an hour" in hint


def test_supervision_that_cannot_be_stored_says_why_and_stays(
    services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated(services, "shop")
    dialog = open_supervision(open_window())

    def refuse(*_: object) -> InstanceStatus:
        raise DatabaseError("The database is locked.", "Try again.")

    monkeypatch.setattr(services.instances, "update", refuse)
    QTest.mouseClick(find(dialog, QPushButton, "supervisionSave"), LEFT)

    assert dialog.isVisible()
    assert find(dialog, QLabel, "supervisionDialogProblem").text() == "The database is locked. Try again."


def test_settings_shows_what_holds_and_saves_what_is_typed(services: Services, open_window: Callable[[], MainWindow]) -> None:
    first, last = services.settings.port_range
    dialog = open_settings(open_window())
    assert (find(dialog, QSpinBox, "portFirst").value(), find(dialog, QSpinBox, "portLast").value()) == (first, last)
    assert find(dialog, QSpinBox, "parallelStarts").value() == services.settings.parallel_starts
    assert find(dialog, QCheckBox, "retriesSlowly").isChecked()

    find(dialog, QSpinBox, "portFirst").setValue(30_000)
    find(dialog, QSpinBox, "portLast").setValue(30_100)
    find(dialog, QSpinBox, "parallelStarts").setValue(16)
    find(dialog, QCheckBox, "retriesSlowly").click()
    QTest.mouseClick(find(dialog, QPushButton, "settingsSave"), LEFT)

    assert not dialog.isVisible()
    assert services.settings.port_range == (30_000, 30_100)
    assert services.settings.parallel_starts == 16
    assert not services.settings.retries_slowly


def test_settings_with_a_wrong_range_says_so_under_the_field(services: Services, open_window: Callable[[], MainWindow]) -> None:
    before = services.settings.port_range
    dialog = open_settings(open_window())

    find(dialog, QSpinBox, "portFirst").setValue(80)
    QTest.mouseClick(find(dialog, QPushButton, "settingsSave"), LEFT)

    assert dialog.isVisible()
    assert "between 1024 and 65535" in find(dialog, QLabel, "portRangeWords").text()
    assert services.settings.port_range == before
    find(dialog, QSpinBox, "portFirst").setValue(2000)
    assert "between" not in find(dialog, QLabel, "portRangeWords").text()


def test_settings_open_with_their_key_and_close_with_escape(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()

    QTest.keyClick(find(window, InstanceTableView, "instanceTable"), Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = find(window, SettingsDialog, "settingsDialog")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
