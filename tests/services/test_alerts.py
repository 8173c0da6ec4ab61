"""Alerts come when something is too much for long enough, go when it is over, and stay the same thing in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from gowa_desktop.domain.alerts import AlertKind, AlertRule, rules_from_json, rules_to_json
from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.domain.samples import DiskSpace
from gowa_desktop.domain.usage import Metric
from gowa_desktop.services.monitoring.alerts import AlertService
from gowa_desktop.services.monitoring.usage_history import UsageHistory
from gowa_desktop.services.notices.notice_center import NoticeCenter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import Instance, InstanceStatus
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
    from gowa_desktop.store.repositories import SettingsRepository

_T0 = 1_800_000_000.0


class Shelf:
    """Stored settings in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}

    def get(self, key: str) -> Json:
        return self.kept.get(key)

    def set(self, key: str, value: Json) -> None:
        self.kept[key] = value


class Sizes:
    """What the disk meter would say."""

    def __init__(self) -> None:
        self.folders: dict[int, int] = {}
        self.disk_space: DiskSpace | None = None

    def disk_bytes(self, instance_id: int) -> int | None:
        return self.folders.get(instance_id)


class World:
    """An alert service whose clock and figures a test moves."""

    def __init__(self, instances: list[Instance]) -> None:
        self.now = _T0
        self.shelf, self.sizes = Shelf(), Sizes()
        self.history, self.notices = UsageHistory(now=lambda: self.now), NoticeCenter()
        self.service = self.open(instances)

    def open(self, instances: list[Instance]) -> AlertService:
        return AlertService(
            cast("SettingsRepository", self.shelf), lambda: instances, cast("ResourceMonitor", self.sizes), self.history, self.notices,
            now=lambda: self.now,
        )  # fmt: skip

    def run(self, seconds: int, metric: Metric, figures: dict[int, float]) -> None:
        """Let time pass with a reading each second and a look each ten."""
        for second in range(seconds):
            self.now += 1
            self.history.record(self.now, 1.0, {metric: figures})
            if second % 10 == 9:
                self.service.look()

    def active(self) -> list[tuple[str, int | None]]:
        return [(alert.rule.kind, alert.instance_id) for alert in self.service.active()]


@pytest.fixture
def shops(services: Services) -> list[InstanceStatus]:
    from gowa_desktop.domain.instance import NewInstance  # noqa: PLC0415
    from gowa_desktop.domain.versions import SIMULATOR  # noqa: PLC0415

    return [services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR)) for name in ("shop", "desk")]


@pytest.fixture
def world(services: Services, shops: list[InstanceStatus]) -> Iterator[World]:
    made = World(services.instances.instances())
    yield made
    made.service.close()


def test_cpu_must_stay_above_the_limit_for_the_whole_time(world: World, shops: list[InstanceStatus]) -> None:
    shop, desk = (status.id for status in shops)
    world.service.set_rule(AlertRule(AlertKind.CPU, 80, minutes=5))
    world.run(200, Metric.CPU, {shop: 100.0, desk: 10.0})
    assert world.active() == [], "not for long enough"
    world.run(100, Metric.CPU, {shop: 100.0, desk: 10.0})
    assert world.active() == [(AlertKind.CPU, shop)]
    notice = world.notices.all()[0]
    assert (notice.kind, notice.instance_id) == (NoticeKind.ALERT, shop)
    assert "shop used 100 % of a core on average for 5 min" in notice.text

    told = len(world.notices.all())
    world.run(60, Metric.CPU, {shop: 120.0, desk: 10.0})
    assert len(world.notices.all()) == told, "an alert is told once"
    world.run(150, Metric.CPU, {shop: 1.0, desk: 10.0})
    assert world.active() == []
    assert world.notices.all() == []


def test_short_peak_is_no_alert(world: World, shops: list[InstanceStatus]) -> None:
    world.service.set_rule(AlertRule(AlertKind.CPU, 80, minutes=5))
    world.run(300, Metric.CPU, {shops[0].id: 20.0})
    world.run(20, Metric.CPU, {shops[0].id: 400.0})
    assert world.active() == []


def test_value_that_hovers_at_the_limit_does_not_flicker(world: World, shops: list[InstanceStatus]) -> None:
    world.service.set_rule(AlertRule(AlertKind.MEMORY, 100e6, minutes=1))
    world.run(70, Metric.MEMORY, {shops[0].id: 101e6})
    assert world.active() == [(AlertKind.MEMORY, shops[0].id)]
    added: list[object] = []
    world.notices.added.connect(added.append)
    for figure in (99e6, 101e6) * 4:
        world.run(60, Metric.MEMORY, {shops[0].id: figure})
    assert len(world.active()) == 1
    assert added == []


def test_alert_ends_when_the_instance_stops(world: World, shops: list[InstanceStatus]) -> None:
    world.service.set_rule(AlertRule(AlertKind.MEMORY, 100e6, minutes=1))
    world.run(70, Metric.MEMORY, {shops[0].id: 200e6})
    assert len(world.active()) == 1
    world.now += 40
    world.service.look()
    assert world.active() == []


def test_rule_of_one_instance_takes_the_place_of_that_for_all(world: World, shops: list[InstanceStatus]) -> None:
    shop, desk = (status.id for status in shops)
    world.service.set_rule(AlertRule(AlertKind.CPU, 50, minutes=1))
    world.service.set_rule(AlertRule(AlertKind.CPU, 90, minutes=1, instance_id=shop))
    world.run(70, Metric.CPU, {shop: 60.0, desk: 60.0})
    assert world.active() == [(AlertKind.CPU, desk)]
    world.service.set_rule(AlertRule(AlertKind.CPU, 1, minutes=1, instance_id=desk, is_on=False))
    assert world.active() == [], "a rule that is off silences it"
    world.service.remove_rule(AlertKind.CPU, shop)
    assert world.active() == [(AlertKind.CPU, shop)]
    assert world.service.active_for(desk) == []
    assert len(world.service.active_for(shop)) == 1


def test_large_folder_and_full_disk(world: World, shops: list[InstanceStatus]) -> None:
    world.service.set_rule(AlertRule(AlertKind.FOLDER, 1e9))
    world.service.set_rule(AlertRule(AlertKind.DISK, 10))
    world.sizes.folders = {shops[0].id: 999_999_999, shops[1].id: 1_500_000_000}
    world.sizes.disk_space = DiskSpace(100, 89, 11)
    world.service.look()
    assert world.active() == [(AlertKind.FOLDER, shops[1].id)]
    world.sizes.disk_space = DiskSpace(100, 91, 9)
    world.service.look()
    assert world.active() == [(AlertKind.FOLDER, shops[1].id), (AlertKind.DISK, None)]
    assert {notice.title for notice in world.notices.all()} == {"desk: large folder", "Disk nearly full"}
    world.sizes.folders[shops[1].id] = 10
    world.sizes.disk_space = DiskSpace(1000, 800, 200)
    world.service.look()
    assert world.active() == []


def test_rules_are_stored_and_read_again(world: World, shops: list[InstanceStatus]) -> None:
    rules = [AlertRule(AlertKind.CPU, 80.0, 10), AlertRule(AlertKind.FOLDER, 5e9, instance_id=shops[0].id, is_on=False)]
    for rule in rules:
        world.service.set_rule(rule)
    assert world.open([]).rules() == rules
    world.service.forget(shops[0].id)
    assert world.open([]).rules() == rules[:1]


def test_stored_nonsense_is_passed_over() -> None:
    sound = AlertRule(AlertKind.DISK, 5.0)
    stored = rules_to_json([sound])
    assert isinstance(stored, list)
    nonsense: Json = [*stored, None, {"kind": "cpu"}, {"kind": "heat", "limit": 1, "minutes": 1}, {"kind": "cpu", "limit": -1, "minutes": 5}]
    assert rules_from_json(nonsense) == [sound]
    assert rules_from_json("x") == []


@pytest.mark.parametrize(
    "rule",
    [AlertRule(AlertKind.CPU, 0), AlertRule(AlertKind.CPU, 5, 61), AlertRule(AlertKind.DISK, 100), AlertRule(AlertKind.DISK, 5, instance_id=1)],
)
def test_rule_that_makes_no_sense_is_refused(world: World, rule: AlertRule) -> None:
    with pytest.raises(SettingInvalidError):
        world.service.set_rule(rule)
    assert world.service.rules() == []
