"""Changes of many instances: planned, stored, taken back once; copies, templates, files, and closing what lets strangers in."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.config_files import ExportedSettings, FileFormat
from gowa_desktop.domain.errors import (
    ConfigInvalidError,
    ConflictError,
    FolderError,
    GowaError,
    NameTakenError,
    NotFoundError,
)  # fmt: skip
from gowa_desktop.domain.exposure import ExposureCode, ExposureFix, ExposureTiming
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.slices import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.config_plan import ConfigPlan
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.configs.config_service import ConfigOutcome
    from gowa_desktop.services.instances.operation import Operation

SIGN_IN: list[Json] = [{"username": "me", "password": "hunter2hunter2"}]


def made(services: Services, name: str, flags: JsonObject | None = None, version: str = SIMULATOR) -> int:
    config: JsonObject = {"flags": flags} if flags else {}
    return services.instances.create(NewInstance(name=name, gowa_version=version, config=config)).id


def undone(services: Services, undo_id: int) -> ConfigOutcome:
    """Take a change back at once."""
    change = services.configs.begin_undo(undo_id)
    change.run()
    return change.outcome


def stored(services: Services, instance_id: int) -> JsonObject:
    """The stored options, without the generated webhook secret."""
    flags = services.instances.config(instance_id).get("flags")
    return {key: value for key, value in flags.items() if key != "webhookSecret"} if isinstance(flags, dict) else {}


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=20_000)
    return operation.error


@pytest.fixture
def old_version(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make an instance one of a version of 2026 without options that came later."""

    def age(instance_id: int) -> None:
        parser, original = services.configs.plan._parser, services.instances.options
        from gowa_desktop.domain.versions import GowaVersion  # noqa: PLC0415

        known = parser.known_options(GowaVersion("v7.11.4"))
        monkeypatch.setattr(services.instances, "options", lambda one: known if one == instance_id else original(one))

    return age


# One option of many


def test_option_of_many_is_planned_with_old_and_new_and_stored(services: Services) -> None:
    one, two, three = made(services, "one"), made(services, "two", {"debug": True}), made(services, "three", {"os": "x"})
    plan = services.configs.plan.settings([one, two, three], {"debug": True})
    assert [(p.name, [(c.key, c.old_text, c.new_text) for c in p.changes]) for p in plan.instances] == [
        ("one", [("debug", "off", "on")]), ("two", []), ("three", [("debug", "off", "on")]),
    ]  # fmt: skip
    assert [p.instance_id for p in plan.changed] == [one, three]
    assert stored(services, one) == {}  # a plan changes nothing

    outcome = services.configs.apply(plan)

    assert outcome.changed == (one, three)
    assert outcome.failures == ()
    assert outcome.restart_due == ()
    assert [stored(services, i) for i in (one, two, three)] == [{"debug": True}, {"debug": True}, {"os": "x", "debug": True}]


def test_option_is_put_back_to_its_default(services: Services) -> None:
    one = made(services, "one", {"debug": True, "webhooks": ["http://a.example"], "disabledWebhooks": ["http://a.example"]})
    services.configs.apply(services.configs.plan.settings([one], {"debug": None, "webhooks": None}))
    assert stored(services, one) == {}


def test_webhooks_are_set_with_their_switches(services: Services) -> None:
    one = made(services, "one")
    wanted: list[Json] = ["http://a.example", "http://b.example"]
    services.configs.apply(services.configs.plan.settings([one], {"webhooks": wanted, "disabledWebhooks": ["http://a.example"]}))
    assert stored(services, one) == {"webhooks": wanted, "disabledWebhooks": ["http://a.example"]}


def test_extra_arguments_and_environment_are_set_and_taken_away(services: Services) -> None:
    one = made(services, "one")
    services.configs.apply(services.configs.plan.settings([one], {"args": ["-x"], "env[MY]": "1"}))
    assert {key: services.instances.config(one)[key] for key in ("args", "env")} == {"args": ["-x"], "env": {"MY": "1"}}
    services.configs.apply(services.configs.plan.settings([one], {"args": None, "env[MY]": None, "env[OTHER]": None}))
    assert set(services.instances.config(one)) == {"flags"}


def test_version_that_does_not_know_the_option_is_skipped(services: Services, old_version: Callable[[int], None]) -> None:
    old, new = made(services, "old"), made(services, "new")
    old_version(old)
    plan = services.configs.plan.settings([old, new], {"autoRejectCall": True})
    assert [(s.label, s.reason) for s in plan.instances[0].skipped] == [(BY_KEY["autoRejectCall"].label, f"GOWA {SIMULATOR} does not know it.")]
    assert services.configs.apply(plan).changed == (new,)
    assert stored(services, old) == {}


def test_value_that_is_wrong_is_a_problem_of_the_plan_and_stored_nowhere(services: Services) -> None:
    one = made(services, "one")
    plan = services.configs.plan.settings([one], {"presencePulseInterval": "60"})
    assert plan.instances[0].problem is not None
    assert plan.instances[0].problem.startswith(f"{BY_KEY['presencePulseInterval'].label}: ")
    assert services.configs.apply(plan).changed == ()


def test_instance_that_changed_since_the_plan_stays_and_the_others_go_on(services: Services) -> None:
    one, two = made(services, "one"), made(services, "two")
    plan = services.configs.plan.settings([one, two], {"debug": True})
    services.instances.save_config(one, {"flags": {"os": "other"}})

    outcome = services.configs.apply(plan)

    assert outcome.changed == (two,)
    assert [(name, type(error)) for name, error in outcome.failures] == [("one", ConflictError)]
    assert stored(services, one) == {"os": "other"}


def test_instance_that_is_gone_is_told(services: Services, qtbot: QtBot) -> None:
    one, two = made(services, "one"), made(services, "two")
    plan = services.configs.plan.settings([one, two], {"debug": True})
    assert finish(qtbot, services.instances.delete(one)) is None
    assert [name for name, _ in services.configs.apply(plan).failures] == ["one"]
    with pytest.raises(NotFoundError):
        services.configs.plan.settings([one], {"debug": True})


# Taking back


def test_change_of_many_is_taken_back_once(services: Services) -> None:
    one, two = made(services, "one", {"debug": True, "os": "x"}), made(services, "two")
    before = [services.instances.config(i) for i in (one, two)]
    outcome = services.configs.apply(services.configs.plan.settings([one, two], {"os": "y", "debug": False}))
    assert outcome.undo_id is not None
    assert undone(services, outcome.undo_id).changed == (one, two)

    assert [services.instances.config(i) for i in (one, two)] == before
    with pytest.raises(NotFoundError):
        undone(services, outcome.undo_id)


def test_undo_leaves_an_instance_that_was_changed_again(services: Services) -> None:
    one, two = made(services, "one"), made(services, "two")
    outcome = services.configs.apply(services.configs.plan.settings([one, two], {"debug": True}))
    services.instances.save_config(one, {"flags": {"os": "later"}})
    assert outcome.undo_id is not None

    back = undone(services, outcome.undo_id)

    assert back.changed == (two,)
    assert [name for name, _ in back.failures] == ["one"]
    assert stored(services, one) == {"os": "later"}
    assert stored(services, two) == {}


def test_nothing_changed_leaves_nothing_to_take_back(services: Services) -> None:
    one = made(services, "one", {"debug": True})
    assert services.configs.apply(services.configs.plan.settings([one], {"debug": True})).undo_id is None


def test_running_instances_are_named_for_a_restart_until_they_match_again(services: Services, qtbot: QtBot) -> None:
    one, two = made(services, "one"), made(services, "two")
    assert finish(qtbot, services.instances.start(one)) is None
    outcome = services.configs.apply(services.configs.plan.settings([one, two], {"debug": True}))
    assert outcome.restart_due == (one,)
    assert [change.key for change in services.instances.pending_changes(one)] == ["debug"]
    assert outcome.undo_id is not None
    assert undone(services, outcome.undo_id).restart_due == ()
    assert services.instances.status(one).status is InstanceState.RUNNING


def test_change_of_many_goes_on_between_turns_of_the_event_loop_and_can_be_called_off(services: Services, qtbot: QtBot) -> None:
    ids = [made(services, f"one {number}") for number in range(30)]
    change = services.configs.begin(services.configs.plan.settings(ids, {"debug": True}))
    steps: list[int] = []
    change.advanced.connect(steps.append)
    change.run_in_slices()
    assert (change.count, change.is_ended, steps) == (30, False, [AT_ONCE])
    with qtbot.waitSignal(change.ended):
        pass
    assert len(change.outcome.changed) == 30
    assert steps == sorted(steps)

    again = services.configs.begin(services.configs.plan.settings(ids, {"os": "x"}))
    again.run_in_slices()
    again.cancel()
    done = again.outcome.changed
    assert done == tuple(ids[:AT_ONCE])
    assert [stored(services, i).get("os") for i in ids] == ["x"] * AT_ONCE + [None] * (30 - AT_ONCE)
    assert again.outcome.undo_id is not None
    assert undone(services, again.outcome.undo_id).changed == done


# Copies


def test_settings_are_copied_without_secrets_unless_asked_for(services: Services) -> None:
    source = made(services, "source", {"debug": True, "basicAuth": SIGN_IN, "dbUri": "file:storages/source.db"})
    target = made(services, "target", {"os": "mine"})
    plan = services.configs.plan.copy(source, [source, target], None, with_secrets=False)
    assert [p.name for p in plan.instances] == ["target"]
    labels = ", ".join(sorted(BY_KEY[key].label for key in ("basicAuth", "webhookSecret")))
    assert plan.notes == (
        f"Not copied because it holds secrets: {labels}.",
        f"Not copied because it belongs to one instance: {BY_KEY['dbUri'].label}.",
    )
    services.configs.apply(plan)
    assert stored(services, target) == {"debug": True}

    services.configs.apply(services.configs.plan.copy(source, [target], {"basicAuth", "webhookSecret"}, with_secrets=True))
    assert stored(services, target) == {"debug": True, "basicAuth": SIGN_IN}
    assert services.instances.config(target)["flags"]["webhookSecret"] == services.instances.config(source)["flags"]["webhookSecret"]  # type: ignore[call-overload,index]


# Templates


def test_template_is_saved_applied_renamed_removed_and_brought_back(services: Services, qtbot: QtBot) -> None:
    source, target = made(services, "source", {"debug": True, "basicAuth": SIGN_IN}), made(services, "target", {"os": "mine"})
    shelf = services.configs.templates
    with qtbot.waitSignal(shelf.templates_changed):
        template = shelf.save("Shop", source, with_secrets=False)
    assert template.config == {"flags": {"debug": True}}
    assert [(c.key, c.new_text) for c in shelf.contents(template)] == [("debug", "on")]
    assert shelf.find("sHOP") == template

    services.configs.apply(services.configs.plan.overlay([target], template.config))
    assert stored(services, target) == {"os": "mine", "debug": True}

    renamed = shelf.rename(template.id, " Shops ")
    assert [one.name for one in shelf.all()] == ["Shops"]
    removed = shelf.remove(template.id)
    assert shelf.all() == []
    assert shelf.restore(removed).config == renamed.config
    with pytest.raises(NameTakenError):
        shelf.restore(removed)


def test_template_with_secrets_only_on_request_and_never_with_the_session(services: Services) -> None:
    source = made(services, "source", {"basicAuth": SIGN_IN, "dbUri": "file:storages/source.db"})
    template = services.configs.templates.save("all", source, with_secrets=True)
    flags = template.config["flags"]
    assert isinstance(flags, dict)
    assert set(flags) == {"basicAuth", "webhookSecret"}
    assert "hunter2" not in repr(services.configs.templates.contents(template))
    with pytest.raises(ConfigInvalidError, match="nothing to save"):
        services.configs.templates.save("none", source, with_secrets=False)


def test_template_is_replaced_only_when_that_is_said(services: Services) -> None:
    one, two = made(services, "one", {"debug": True}), made(services, "two", {"os": "x"})
    shelf = services.configs.templates
    first = shelf.save("Shop", one, with_secrets=False)
    with pytest.raises(NameTakenError):
        shelf.save("shop", two, with_secrets=False)
    assert shelf.save("shop", two, with_secrets=False, replaces=True).id == first.id
    assert [(one.name, one.config) for one in shelf.all()] == [("shop", {"flags": {"os": "x"}})]
    with pytest.raises(NotFoundError):
        shelf.find("nothing")


def test_templates_are_there_in_the_next_run(services: Services, open_services: Callable[[], Services]) -> None:
    services.configs.templates.save("Shop", made(services, "one", {"debug": True}), with_secrets=False)
    services.close()
    assert [one.name for one in open_services().configs.templates.all()] == ["Shop"]


# Files


def planned_import(services: Services, qtbot: QtBot, instance_id: int, path: Path) -> ConfigPlan | GowaError:
    found: list[ConfigPlan | GowaError] = []
    services.configs.plan_import(instance_id, path, found.append, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


@pytest.mark.parametrize("file_format", FileFormat)
def test_settings_go_through_a_private_file_to_another_instance(
    services: Services, qtbot: QtBot, tmp_path: Path, file_format: FileFormat
) -> None:
    source, target = made(services, "source", {"debug": True, "basicAuth": SIGN_IN, "os": "a #b"}), made(services, "target")
    path = tmp_path / f"shop.{file_format.value}"
    exported = services.configs.export_text(source, file_format, with_secrets=True)
    assert finish(qtbot, services.configs.write_file(path, exported, replaces=False)) is None
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith((".", "shop"))] == [path.name]

    plan = planned_import(services, qtbot, target, path)
    assert not isinstance(plan, GowaError)
    assert "hunter2" not in repr(plan)
    services.configs.apply(plan)
    assert services.instances.config(target) == services.instances.config(source)


def test_file_that_exists_is_replaced_only_when_that_is_said(services: Services, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "shop.env"
    path.write_text("mine")
    refused = finish(qtbot, services.configs.write_file(path, ExportedSettings("new"), replaces=False))
    assert isinstance(refused, FolderError)
    assert path.read_text() == "mine"
    assert finish(qtbot, services.configs.write_file(path, ExportedSettings("new"), replaces=True)) is None
    assert path.read_text() == "new"
    assert isinstance(finish(qtbot, services.configs.write_file(tmp_path / "no" / "x", ExportedSettings(""), replaces=True)), FolderError)


def test_import_keeps_and_names_what_the_version_does_not_know(
    services: Services, qtbot: QtBot, tmp_path: Path, old_version: Callable[[int], None]
) -> None:
    target = made(services, "target")
    old_version(target)
    (tmp_path / "x.env").write_text("APP_PORT=1\nAPP_DEBUG=true\nWHATSAPP_AUTO_REJECT_CALL=true\n")
    plan = planned_import(services, qtbot, target, tmp_path / "x.env")
    assert not isinstance(plan, GowaError)
    assert plan.notes == (
        "The port: it belongs to the instance and stays as it is.",
        f"Kept, but without effect in this version: {BY_KEY['autoRejectCall'].label}.",
    )
    services.configs.apply(plan)
    assert stored(services, target) == {"debug": True, "autoRejectCall": True}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"nonsense", ConfigInvalidError), (b"\xff\xfe\x00", FolderError), (b"A=\xff", FolderError), (b"#" * 600_000, FolderError),
        (None, FolderError),
    ],
)  # fmt: skip
def test_file_that_cannot_be_imported_is_told(
    services: Services, qtbot: QtBot, tmp_path: Path, content: bytes | None, kind: type[GowaError]
) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    assert isinstance(planned_import(services, qtbot, made(services, "one"), path), kind)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with a name are a Unix matter")
def test_pipe_in_place_of_a_file_does_not_hang(services: Services, qtbot: QtBot, tmp_path: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
    assert isinstance(planned_import(services, qtbot, made(services, "one"), tmp_path / "pipe"), FolderError)


def test_utf_16_file_is_read(services: Services, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("APP_OS=Tokó", encoding="utf-16")
    plan = planned_import(services, qtbot, made(services, "one"), tmp_path / "x.env")
    assert not isinstance(plan, GowaError)
    assert [change.new_text for change in plan.instances[0].changes] == ["Tokó"]


# Exposure


def test_exposure_is_closed_and_taken_back(services: Services) -> None:
    one = made(services, "one", {"host": "0.0.0.0"})
    outcome = services.configs.apply(services.configs.plan.fix(one, ExposureFix.LISTEN_LOCALLY))
    assert stored(services, one) == {}
    assert outcome.undo_id is not None
    undone(services, outcome.undo_id)
    assert stored(services, one) == {"host": "0.0.0.0"}
    services.configs.apply(services.configs.plan.fix(one, ExposureFix.ADD_SIGN_IN))
    users = services.instances.connection(one).users
    assert [user for user, _ in users] == ["admin"]
    assert len(users[0][1]) >= 20


def seen(services: Services, instance_id: int) -> list[tuple[ExposureCode, ExposureTiming]]:
    return [(found.code, found.timing) for found in services.instances.status(instance_id).exposures]


def test_exposure_of_a_running_process_is_told_until_it_is_restarted(
    services: Services, qtbot: QtBot, open_services: Callable[[], Services]
) -> None:
    one = made(services, "one", {"corsAllowedOrigins": ["*"]})
    assert seen(services, one) == [(ExposureCode.WEB_PAGES, ExposureTiming.NOW)]
    assert finish(qtbot, services.instances.start(one)) is None
    assert seen(services, one) == [(ExposureCode.WEB_PAGES, ExposureTiming.NOW)]

    services.configs.apply(services.configs.plan.fix(one, ExposureFix.OWN_ORIGINS))
    assert seen(services, one) == [(ExposureCode.WEB_PAGES, ExposureTiming.UNTIL_RESTART)]
    known_secret: JsonObject = {"webhooks": ["http://a.example"], "webhookSecret": "secret"}
    services.configs.apply(services.configs.plan.settings([one], known_secret))
    expected = [(ExposureCode.WEB_PAGES, ExposureTiming.UNTIL_RESTART), (ExposureCode.KNOWN_SECRET, ExposureTiming.AFTER_RESTART)]
    assert seen(services, one) == expected
    services.close()

    again = open_services()  # it adopts the process
    again.begin()
    assert seen(again, one) == expected
    assert finish(qtbot, again.instances.restart(one)) is None
    assert seen(again, one) == [(ExposureCode.KNOWN_SECRET, ExposureTiming.NOW)]
    assert finish(qtbot, again.instances.stop(one)) is None
    assert seen(again, one) == [(ExposureCode.KNOWN_SECRET, ExposureTiming.NOW)]


def test_exposure_of_a_process_whose_start_is_not_known_is_that_of_its_settings(services: Services, qtbot: QtBot) -> None:
    one = made(services, "one", {"corsAllowedOrigins": ["*"]})
    assert finish(qtbot, services.instances.start(one)) is None
    directories = services.instances._settings._directories
    directories.launch_file(one).write_text('{"launched": {"exposures": 7}}')
    services.instances._settings._launches._read.clear()
    assert seen(services, one) == [(ExposureCode.WEB_PAGES, ExposureTiming.NOW)]
    assert finish(qtbot, services.instances.stop(one)) is None
