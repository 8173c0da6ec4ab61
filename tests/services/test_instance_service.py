"""The facade with the real simulator: what a front end sees of the life of an instance."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.app_settings import PORT_RANGE
from gowa_desktop.domain.errors import (
    ConfigInvalidError,
    ConflictError,
    FolderError,
    GowaError,
    NameInvalidError,
    NameTakenError,
    NotFoundError,
    PortInvalidError,
    PortTakenError,
    StartFailedError,
    VersionMissingError,
)
from gowa_desktop.domain.instance import DesiredState, InstanceChanges, InstanceState, NewInstance
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.infra.network import is_port_free, listens_on
from tests.conftest import processes_below

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.operation import Operation


def finish(qtbot: QtBot, operation: Operation) -> GowaError | None:
    qtbot.waitUntil(lambda: operation.is_finished, timeout=40_000)
    return operation.error


def simulated(services: Services, name: str = "shop", faults: str = "", **env: str) -> InstanceStatus:
    variables = {**env, **({"GOWA_SIM_FAULTS": faults} if faults else {})}
    return services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR, config={"env": dict(variables)}))


def started(qtbot: QtBot, services: Services, name: str = "shop", faults: str = "", **env: str) -> InstanceStatus:
    created = simulated(services, name, faults, **env)
    assert finish(qtbot, services.instances.start(created.id)) is None
    return services.instances.status(created.id)


def health(status: InstanceStatus) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{status.port}/health", timeout=5) as answer:
        return int(answer.status)


def test_create_gives_name_key_port_folder_and_secret(services: Services) -> None:
    status = services.instances.create(NewInstance())

    assert status.name
    assert len(status.key) == 8
    assert status.key.isalnum()
    assert status.key.upper() == status.key
    first, last = services.settings.port_range
    assert first <= (status.port or 0) <= last
    assert status.status is InstanceState.STOPPED
    assert status.host == "127.0.0.1"
    folder = services.instances.folder(status.id)
    assert folder.is_dir()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
    secret = services.instances.instances()[0].config["flags"]
    assert isinstance(secret, dict)
    assert len(str(secret["webhookSecret"])) == 32


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", NameInvalidError),
        ("   ", NameInvalidError),
        ("x" * 300, NameInvalidError),
        ("shop \U0001f600", NameInvalidError),
        ('sh"op', NameInvalidError),
        ("../../etc", NameInvalidError),
        ("SHOP", NameTakenError),
        (" shop ", NameTakenError),
    ],
)
def test_create_with_a_bad_name_says_why_and_leaves_nothing(services: Services, name: str, kind: type[GowaError]) -> None:
    simulated(services, "shop")

    with pytest.raises(kind) as caught:
        services.instances.create(NewInstance(name=name))

    assert caught.value.message
    assert caught.value.next_step
    assert [s.name for s in services.instances.statuses()] == ["shop"]
    assert len(list((services.paths.instances).iterdir())) == 1


@pytest.mark.parametrize(("port", "kind"), [(0, PortInvalidError), (-5, PortInvalidError), (80, PortInvalidError), (70000, PortInvalidError)])
def test_create_with_an_impossible_port_says_why(services: Services, port: int, kind: type[GowaError]) -> None:
    with pytest.raises(kind) as caught:
        services.instances.create(NewInstance(name="shop", port=port))

    assert caught.value.next_step
    assert services.instances.statuses() == []


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_create_with_a_port_that_a_program_holds_names_it_and_offers_another(services: Services, address: str) -> None:
    with socket.create_server((address, 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PortTakenError) as caught:
            services.instances.create(NewInstance(name="shop", port=port))

    assert str(os.getpid()) in caught.value.message
    assert "is free" in caught.value.next_step


def test_create_with_the_port_of_another_instance_names_it(services: Services) -> None:
    first = simulated(services, "first")

    with pytest.raises(PortTakenError, match="first"):
        services.instances.create(NewInstance(name="second", port=first.port))


def test_create_with_an_unknown_version_says_what_there_is(services: Services) -> None:
    with pytest.raises(VersionMissingError, match=r"v9\.9\.9 is not installed"):
        services.instances.create(NewInstance(name="shop", gowa_version="v9.9.9"))


def test_create_with_a_wrong_option_is_refused_whole(services: Services) -> None:
    with pytest.raises(ConfigInvalidError):
        services.instances.create(NewInstance(name="shop", config={"flags": {"basicAuth": [{"username": "a", "password": "p:w"}]}}))

    assert services.instances.statuses() == []


def test_ports_are_never_handed_out_twice_nor_leaked(services: Services) -> None:
    services.settings.set(PORT_RANGE, (18500, 18504))
    for _ in range(200):
        services.instances.suggest_port()

    ports = [simulated(services, f"shop-{n}").port for n in range(5)]

    assert sorted(p for p in ports if p) == [18500, 18501, 18502, 18503, 18504]
    with pytest.raises(PortTakenError, match="Every port from 18500 to 18504"):
        simulated(services, "one-too-many")


def test_start_is_ready_only_when_it_answers(qtbot: QtBot, services: Services) -> None:
    created = simulated(services, faults="slow-ready=300")
    operation = services.instances.start(created.id)

    assert services.instances.status(created.id).status is InstanceState.STARTING
    assert finish(qtbot, operation) is None
    status = services.instances.status(created.id)
    assert status.status is InstanceState.RUNNING
    assert status.desired is DesiredState.RUNNING
    assert status.pid
    assert (status.uptime_s or 0) > 0
    assert health(status) == 200


def test_start_of_a_running_instance_is_done_at_once(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)

    operation = services.instances.start(status.id)

    assert operation.is_finished
    assert services.instances.status(status.id).pid == status.pid


def test_identity_is_on_disk_before_starting_is_shown(qtbot: QtBot, services: Services) -> None:
    created = simulated(services)
    seen: list[dict[str, object]] = []
    record = services.instances.folder(created.id) / ".gowa-desktop-process.json"

    def look(_: int) -> None:
        if services.instances.status(created.id).status is InstanceState.STARTING:
            seen.append(json.loads(record.read_text()))

    services.instances.state_changed.connect(look)
    finish(qtbot, services.instances.start(created.id))

    assert seen
    assert seen[0]["pid"] == services.instances.status(created.id).pid


def test_status_reports_cpu_memory_and_disk(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)

    def has_cpu() -> bool:
        services.monitor.sample_now()
        sample = services.instances.status(status.id).sample
        return sample is not None and sample.cpu_percent is not None

    qtbot.waitUntil(has_cpu, timeout=10_000)
    services.monitor.measure_disk()
    qtbot.waitUntil(lambda: services.instances.status(status.id).disk_bytes is not None, timeout=10_000)

    now = services.instances.status(status.id)
    assert now.sample is not None
    assert now.sample.cpu_percent is not None
    rss = psutil.Process(now.pid).memory_info().rss
    assert abs(now.sample.memory_bytes - rss) < rss * 0.1
    assert (now.disk_bytes or 0) > 0


def test_stop_ends_the_process_and_keeps_the_row(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    status = started(qtbot, services)

    assert finish(qtbot, services.instances.stop(status.id)) is None

    now = services.instances.status(status.id)
    assert now.status is InstanceState.STOPPED
    assert now.desired is DesiredState.STOPPED
    assert now.pid is None
    assert now.error_message is None
    assert processes_below(data_dir) == []
    assert is_port_free(status.port or 0)


def test_stop_lets_requests_drain(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services, faults="slow-drain=700")
    operation = services.instances.stop(status.id)

    now = services.instances.status(status.id)
    assert now.status is InstanceState.STOPPING
    assert now.stop_deadline_s is not None
    assert 15 < now.stop_deadline_s <= 20
    assert finish(qtbot, operation) is None
    exit_report = services.instances.last_exit(status.id)
    assert exit_report is not None
    assert exit_report.code == 0


def test_kill_ends_a_process_that_ignores_term_and_its_children(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    status = started(qtbot, services, faults="ignore-term,grandchildren=3")
    qtbot.waitUntil(lambda: len(processes_below(data_dir)) >= 4, timeout=10_000)
    stop = services.instances.stop(status.id)
    assert services.instances.status(status.id).status is InstanceState.STOPPING

    kill = services.instances.kill(status.id)

    assert finish(qtbot, kill) is None
    assert finish(qtbot, stop) is None
    assert processes_below(data_dir) == []


def test_restart_gives_a_new_process_on_the_same_port(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)

    assert finish(qtbot, services.instances.restart(before.id)) is None

    after = services.instances.status(before.id)
    assert after.pid != before.pid
    assert after.port == before.port
    assert health(after) == 200


def test_start_that_crashes_fails_with_a_reason_and_the_last_lines(qtbot: QtBot, services: Services) -> None:
    created = simulated(services, faults="panic")

    error = finish(qtbot, services.instances.start(created.id))

    assert isinstance(error, StartFailedError)
    status = services.instances.status(created.id)
    assert status.status is InstanceState.FAILED
    assert "panic" in (status.error_message or "")
    report = services.instances.last_exit(created.id)
    assert report is not None
    assert report.code == 2
    assert any("panic" in line for line in report.log_tail)


def test_exit_0_unasked_is_explained_as_a_session_taken_over(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    request = urllib.request.Request(f"http://127.0.0.1:{status.port}/sim/replaced", data=b"", method="POST")
    urllib.request.urlopen(request, timeout=5).close()

    qtbot.waitUntil(lambda: services.instances.status(status.id).status is InstanceState.FAILED, timeout=10_000)

    assert "another client" in (services.instances.status(status.id).error_message or "")


def test_foreign_server_on_the_port_is_never_taken_for_ours(qtbot: QtBot, services: Services) -> None:
    created = simulated(services)
    with socket.create_server(("127.0.0.1", created.port or 0)):
        error = finish(qtbot, services.instances.start(created.id))

    assert isinstance(error, PortTakenError)
    assert services.instances.status(created.id).status is InstanceState.FAILED
    assert services.instances.status(created.id).port == created.port


def test_port_lost_between_check_and_listen_fails_with_the_port_named(qtbot: QtBot, services: Services) -> None:
    created = simulated(services, faults="slow-ready=1")
    other = simulated(services, "other")
    services.instances.update(created.id, InstanceChanges(config={"env": {"GOWA_SIM_FAULTS": f"grab-port={other.port}"}}))
    operation = services.instances.start(created.id)
    # Looking by trying to bind would take the port from under it.
    qtbot.waitUntil(lambda: listens_on({services.instances.status(created.id).pid or 0}, other.port or 0), timeout=10_000)

    assert services.instances.status(created.id).status is InstanceState.STARTING
    assert not operation.is_finished
    finish(qtbot, services.instances.kill(created.id))
    assert isinstance(operation.error, StartFailedError)


def test_reset_data_empties_the_folder_and_keeps_who_it_is(qtbot: QtBot, services: Services) -> None:
    before = started(qtbot, services)
    folder = services.instances.folder(before.id)
    assert (folder / "storages").is_dir()

    assert finish(qtbot, services.instances.reset_data(before.id)) is None

    after = services.instances.status(before.id)
    assert (after.key, after.name, after.port, after.gowa_version) == (before.key, before.name, before.port, before.gowa_version)
    assert after.status is InstanceState.STOPPED
    assert not (folder / "storages").exists()
    assert any((trashed / "storages").is_dir() for trashed in services.paths.trash.iterdir())


def test_delete_of_a_running_instance_ends_it_and_moves_its_folder(qtbot: QtBot, services: Services, data_dir: Path) -> None:
    status = started(qtbot, services)

    assert finish(qtbot, services.instances.delete(status.id)) is None

    assert services.instances.statuses() == []
    with pytest.raises(NotFoundError):
        services.instances.status(status.id)
    assert not (services.paths.instances / str(status.id)).exists()
    assert processes_below(data_dir) == []


@pytest.mark.parametrize("verb", ["reset_data", "delete"])
def test_start_racing_reset_or_delete_never_leaves_a_process_in_a_removed_folder(
    qtbot: QtBot, services: Services, data_dir: Path, verb: str
) -> None:
    for round_number in range(30):
        created = simulated(services, f"shop-{round_number}")
        first_start = services.instances.start(created.id) if round_number % 3 else None
        if round_number % 5 == 4:
            qtbot.wait(round_number)
        removal = services.instances.reset_data(created.id) if verb == "reset_data" else services.instances.delete(created.id)
        second_start = services.instances.start(created.id) if not removal.is_finished else None
        for operation in (removal, first_start, second_start):
            if operation is not None:
                finish(qtbot, operation)
        assert removal.error is None
        if second_start is not None:
            assert isinstance(second_start.error, ConflictError | NotFoundError)

    assert processes_below(data_dir) == []


def test_update_changes_name_port_and_config(services: Services) -> None:
    created = simulated(services)
    port = services.instances.suggest_port()

    changed = services.instances.update(created.id, InstanceChanges(name="kiosk", port=port, config={"flags": {"debug": True}, "mine": [1]}))

    assert (changed.name, changed.port) == ("kiosk", port)
    assert services.instances.instances()[0].config == {"flags": {"debug": True}, "mine": [1]}


def test_settings_reach_the_process_through_its_environment_only(qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_DEBUG", "true")
    monkeypatch.setenv("DB_URI", "postgres://stray")
    monkeypatch.setenv("LD_PRELOAD", "")
    created = services.instances.create(
        NewInstance(
            name="shop",
            gowa_version=SIMULATOR,
            config={"flags": {"basicAuth": [{"username": "admin", "password": "s3cret-word"}], "webhooks": ["http://127.0.0.1:9/a"]}},
        )
    )
    finish(qtbot, services.instances.start(created.id))

    process = psutil.Process(services.instances.status(created.id).pid)
    environment = process.environ()
    assert environment["APP_BASIC_AUTH"] == "admin:s3cret-word"
    assert environment["WHATSAPP_WEBHOOK"] == "http://127.0.0.1:9/a"
    assert environment["APP_HOST"] == "127.0.0.1"
    assert environment["APP_PORT"] == str(created.port)
    assert "DB_URI" not in environment
    assert "APP_DEBUG" not in environment
    assert "s3cret-word" not in " ".join(process.cmdline())
    assert services.instances.connection(created.id).curl(masked=True).count("s3cret-word") == 0


def test_log_tail_hides_secrets_and_colours(qtbot: QtBot, services: Services) -> None:
    status = started(qtbot, services)
    flags = services.instances.instances()[0].config["flags"]
    assert isinstance(flags, dict)
    secret = str(flags["webhookSecret"])
    log = services.instances.folder(status.id) / "logs" / "gowa.log"
    with log.open("a", encoding="utf-8") as file:
        file.write(f"\x1b[31mtoken {secret}\x1b[0m\n")

    lines = services.instances.log_tail(status.id, 5)

    assert lines[-1] == "token •••"
    if os.name == "posix":
        assert log.stat().st_mode & 0o777 == 0o600


def test_corrupt_config_shows_the_instance_and_refuses_to_start_it(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    services = open_services()
    created = simulated(services)
    services.database.execute_sql("UPDATE instances SET config = '{oops' WHERE id = ?", (created.id,))
    services.close()
    again = open_services()

    error = finish(qtbot, again.instances.start(created.id))

    assert isinstance(error, ConfigInvalidError)
    assert "cannot be read" in error.message
    stored = again.database.execute_sql("SELECT config FROM instances").fetchone()[0]
    assert stored == "{oops"


def test_folder_that_cannot_be_made_leaves_no_row(services: Services) -> None:
    services.paths.instances.write_text("in the way")

    with pytest.raises(FolderError):
        simulated(services)

    assert services.instances.statuses() == []
    assert services.database.execute_sql("SELECT count(*) FROM instances").fetchone()[0] == 0


def test_instances_survive_the_program_and_are_adopted(qtbot: QtBot, open_services: Callable[[], Services], data_dir: Path) -> None:
    from gowa_desktop.infra import process_tree  # noqa: PLC0415 - only here

    services = open_services()
    created = simulated(services)
    stopped = simulated(services, "stopped")
    # A process of an earlier run is no child of ours: start it through a shell that ends at once.
    spec_folder = services.instances.folder(created.id)
    services.close()
    pid = start_orphan(services, created, spec_folder)
    again = open_services()
    again.instances.recover()

    qtbot.waitUntil(lambda: again.instances.status(created.id).status is InstanceState.RUNNING, timeout=10_000)

    assert again.instances.status(created.id).pid == pid
    assert again.instances.status(stopped.id).status is InstanceState.STOPPED
    assert len(processes_below(data_dir)) == 1
    assert finish(qtbot, again.instances.stop(created.id)) is None
    assert process_tree.describe(pid) is None


def start_orphan(services: Services, status: InstanceStatus, folder: Path) -> int:
    import subprocess  # noqa: PLC0415 - only here

    program, prefix = services.versions.command(services.versions.resolve(SIMULATOR))
    environment = {"APP_PORT": str(status.port), "APP_HOST": "127.0.0.1", "PATH": os.environ["PATH"]}
    script = (
        "import subprocess,sys;p=subprocess.Popen(sys.argv[1:],stdin=-3,stdout=-3,stderr=-3,start_new_session=True);print(p.pid);p.returncode=0"
    )
    done = subprocess.run(
        [program, "-c", script, program, *prefix, "rest"], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_desired_instances_start_again_with_the_program(qtbot: QtBot, open_services: Callable[[], Services]) -> None:
    services = open_services()
    wanted = [started(qtbot, services, f"shop-{n}") for n in range(3)]
    unwanted = simulated(services, "unwanted")
    for status in wanted:
        services.instances.update(status.id, InstanceChanges(restart_policy=RestartPolicy.NEVER))
        os.kill(status.pid or 0, signal.SIGKILL)
    qtbot.waitUntil(lambda: services.instances.live_count() == 0, timeout=10_000)
    services.close()
    again = open_services()

    again.instances.recover()

    qtbot.waitUntil(lambda: all(again.instances.status(s.id).status is InstanceState.RUNNING for s in wanted), timeout=20_000)
    assert again.instances.status(unwanted.id).status is InstanceState.STOPPED


def test_port_that_the_system_keeps_is_told_as_that(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    from gowa_desktop.services import system_service  # noqa: PLC0415 - one test

    free = services.instances.suggest_port()
    assert free is not None
    taken = free + 1
    monkeypatch.setattr(system_service, "is_port_free", lambda port: port != taken)
    monkeypatch.setattr(system_service, "is_port_reserved", lambda port: port == taken)

    with pytest.raises(PortTakenError, match=f"Port {taken} is reserved by the system") as caught:
        services.instances.check_port(taken)

    assert caught.value.next_step == f"Port {free} is free."


def test_state_alone_is_that_of_the_picture_at_every_change(qtbot: QtBot, services: Services) -> None:
    seen: list[tuple[InstanceState, InstanceState]] = []
    services.instances.state_changed.connect(lambda key: seen.append((services.instances.state(key), services.instances.status(key).status)))

    made = started(qtbot, services)
    assert finish(qtbot, services.instances.stop(made.id)) is None

    assert {InstanceState.STARTING, InstanceState.RUNNING, InstanceState.STOPPED} <= {alone for alone, _ in seen}
    assert all(alone is pictured for alone, pictured in seen)
    with pytest.raises(NotFoundError):
        services.instances.state(made.id + 1)
