"""What a person says about an instance survives restarts, the loss of the database and the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import TagInvalidError
from gowa_desktop.domain.instance import InstanceChanges, NewInstance
from gowa_desktop.domain.versions import SIMULATOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

WORDS = InstanceChanges(tags=("shop", "Jakarta"), notes="Pak Budi's phone.\nCall before a restart.")


def labelled(services: Services) -> int:
    created = services.instances.create(NewInstance(name="toko", gowa_version=SIMULATOR))
    services.instances.update(created.id, WORDS)
    return created.id


def assert_labelled(services: Services, instance_id: int) -> None:
    status = services.instances.status(instance_id)
    assert (status.tags, status.notes) == (("Jakarta", "shop"), WORDS.notes)


def test_tags_and_notes_survive_a_restart(services: Services, open_services: Callable[[], Services]) -> None:
    instance_id = labelled(services)
    services.close()
    assert_labelled(open_services(), instance_id)


def test_tags_and_notes_survive_the_loss_of_the_database(services: Services, open_services: Callable[[], Services]) -> None:
    instance_id = labelled(services)
    services.close()
    for path in services.paths.root.glob("gowa.db*"):
        path.unlink()
    for path in services.paths.root.rglob("*.db"):
        path.unlink()

    assert_labelled(open_services(), instance_id)


def test_tags_and_notes_come_back_from_the_trash(qtbot: QtBot, services: Services) -> None:
    instance_id = labelled(services)
    deletion = services.instances.delete(instance_id)
    qtbot.waitUntil(lambda: deletion.is_finished, timeout=20_000)

    assert services.instances.trash.restore(services.instances.trash.find("toko").folder).error is None

    assert_labelled(services, instance_id)


def test_other_changes_leave_them_alone_and_a_wrong_tag_changes_nothing(services: Services) -> None:
    instance_id = labelled(services)
    services.instances.update(instance_id, InstanceChanges(name="toko-2"))
    assert_labelled(services, instance_id)

    with pytest.raises(TagInvalidError):
        services.instances.update(instance_id, InstanceChanges(name="toko-3", tags=("a,b",)))

    assert_labelled(services, instance_id)
    assert services.instances.status(instance_id).name == "toko-2"


def test_they_can_be_taken_away(services: Services) -> None:
    instance_id = labelled(services)
    services.instances.update(instance_id, InstanceChanges(tags=(), notes=""))
    status = services.instances.status(instance_id)
    assert (status.tags, status.notes) == ((), "")
