"""What known lines of logs tell becomes a notice, and the notice goes when it is over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gowa_desktop.domain.app_settings import GITHUB_TOKEN, LOG_LEVEL, LOG_LIMITS
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.notices import NoticeKind, Urgency
from gowa_desktop.infra.log_parts import older_parts, part_path
from gowa_desktop.infra.own_log import open_own_log
from gowa_desktop.services.logs.log_store import OWN_LOG
from gowa_desktop.services.logs.own_log_keeper import OwnLogKeeper
from tests.services.test_instance_service import finish, started
from tests.services.test_log_store import logrus

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

LOGGED_OUT = logrus(1, "[REMOTE_LOGOUT] Received LoggedOut event for device a - user logged out from phone", "warning")
PROXY = logrus(2, "failed to apply WHATSAPP_PROXY", "error")


def write(services: Services, instance_id: int, *lines: bytes) -> None:
    with services.logs.path(instance_id).open("ab") as file:
        file.writelines(lines)


def titles(services: Services) -> list[str]:
    return [notice.title for notice in services.notices.all() if notice.kind is NoticeKind.WHATSAPP]


def watch_until(qtbot: QtBot, services: Services, condition: Callable[[], bool]) -> None:
    def is_so() -> bool:
        services.logs.watch()
        return condition()

    qtbot.waitUntil(is_so, timeout=15_000)


def test_logged_out_is_told_until_a_device_is_connected_again(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    write(services, status.id, LOGGED_OUT)
    watch_until(qtbot, services, lambda: titles(services) == ["“shop” was logged out of WhatsApp"])
    (notice,) = [notice for notice in services.notices.all() if notice.kind is NoticeKind.WHATSAPP]
    assert (notice.instance_id, notice.urgency, notice.text) == (
        status.id, Urgency.HIGH, "The device was unlinked on the phone. Pair it again."
    )  # fmt: skip
    write(services, status.id, logrus(3, "auto-connected device a"))
    watch_until(qtbot, services, lambda: titles(services) == [])
    write(services, status.id, LOGGED_OUT)
    watch_until(qtbot, services, lambda: len(titles(services)) == 1)


def test_next_run_ends_what_concerns_one_run_and_removal_ends_all(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    write(services, status.id, LOGGED_OUT, PROXY)
    watch_until(qtbot, services, lambda: len(titles(services)) == 2)
    assert finish(qtbot, services.instances.restart(status.id)) is None
    watch_until(qtbot, services, lambda: titles(services) == ["“shop” was logged out of WhatsApp"])
    assert finish(qtbot, services.instances.stop(status.id)) is None
    assert finish(qtbot, services.instances.delete(status.id)) is None
    qtbot.waitUntil(lambda: titles(services) == [], timeout=15_000)


def test_level_and_secrets_of_the_own_log_apply_at_once_and_after_a_restart(
    qtbot: QtBot, services: Services, open_services: Callable[[], Services]
) -> None:
    logger, path = logging.getLogger("gowa_desktop"), services.logs.path(OWN_LOG)
    own = open_own_log(path)
    assert own is not None
    try:
        OwnLogKeeper(own, services.settings, services.instances, services.logs, services.owner)
        logger.debug("not yet")
        services.settings.set(LOG_LEVEL, "DEBUG")
        logger.debug("now")
        services.settings.set(GITHUB_TOKEN, "ghp_hushhush")
        logger.debug("with ghp_hushhush")
        services.instances.create(NewInstance(name="late", config={"flags": {"basicAuth": ["admin:hush1234"]}}))

        def is_hidden() -> bool:
            logger.debug("try hush1234")
            return b"hush1234" not in path.read_bytes().splitlines()[-1]

        qtbot.waitUntil(is_hidden, timeout=15_000)
        services.close()
        logger.setLevel(logging.INFO)
        again = open_services()
        OwnLogKeeper(own, again.settings, again.instances, again.logs, again.owner)
        logger.debug("after a restart")
        again.settings.reset(LOG_LEVEL)
        logger.debug("no more")
    finally:
        logger.removeHandler(own)
        own.close()
        logger.setLevel(logging.NOTSET)
    text = path.read_text()
    assert "not yet" not in text
    assert "no more" not in text
    assert "ghp_hushhush" not in text
    assert " now\n" in text
    assert " after a restart\n" in text


def test_smaller_limits_make_the_log_of_a_running_instance_smaller_at_once(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    services.upkeep.begin()
    log = services.logs.path(status.id)
    for number in range(4):
        part_path(log, number * 400_000, (number + 1) * 400_000).write_bytes(b"x" * 399_999 + b"\n")
    assert len(older_parts(log)) == 4
    services.settings.set(LOG_LIMITS, (1, 3))
    qtbot.waitUntil(lambda: len(older_parts(log)) == 2, timeout=15_000)
