"""Every fault switch, through the environment, the flag, the file or the control interface."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.simulator.faults import KINDS, FaultSet

if TYPE_CHECKING:
    from tests.unit.simulator.simulator_harness import Launcher, Simulator

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def is_alive(pid: int) -> bool:
    """A zombie counts as ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gets_no_answer(simulator: Simulator, path: str = "/health") -> bool:
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=0.15) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        try:
            return not client.recv(100)
        except TimeoutError:
            return True


def test_slow_ready_opens_the_port_late(start: Launcher) -> None:
    started = time.monotonic()
    simulator = start(faults="slow-ready=400")

    simulator.wait_until(simulator.is_open)

    assert time.monotonic() - started >= 0.4


@needs_posix
def test_slow_ready_can_be_stopped_before_it_listens(start: Launcher) -> None:
    simulator = start(faults="slow-ready=60000")
    simulator.wait_until(lambda: "not WhatsApp" in simulator.stderr)

    simulator.terminate()

    assert simulator.process.returncode == 0
    assert "Received terminated" in simulator.stderr


@needs_posix
def test_never_ready_opens_the_port_and_never_answers(start: Launcher) -> None:
    simulator = start(faults="never-ready")
    simulator.wait_until(simulator.is_open)

    assert gets_no_answer(simulator)
    assert simulator.terminate() < 5
    assert simulator.process.returncode == 0


@needs_posix
def test_never_listen_keeps_running_without_a_port(start: Launcher) -> None:
    simulator = start(faults="never-listen")
    simulator.wait_until(lambda: "fault never-listen" in simulator.stderr)

    assert not simulator.is_open()
    assert simulator.process.poll() is None
    simulator.terminate()
    assert simulator.process.returncode == 0


@pytest.mark.parametrize(("faults", "code"), [("crash-at-start", 1), ("crash-at-start=42", 42)])
def test_crash_at_start_ends_with_the_code(start: Launcher, faults: str, code: int) -> None:
    simulator = start(faults=faults)

    assert simulator.wait_exit() == code
    assert "level=fatal" in simulator.stderr
    assert not (simulator.folder / "storages").exists()


def test_panic_exits_2_with_the_go_text(start: Launcher) -> None:
    simulator = start(faults="panic")

    assert simulator.wait_exit() == 2
    assert "panic: simulated panic" in simulator.stderr
    assert "\n\ngoroutine 1 [running]:\n" in simulator.stderr


@pytest.mark.parametrize(("value", "code", "text"), [("80", 2, "panic: runtime error"), ("80:7", 7, "exit code 7")])
def test_crash_after_ends_a_ready_process(start: Launcher, value: str, code: int, text: str) -> None:
    simulator = start(faults=f"crash-after={value}")
    simulator.wait_until(simulator.is_open)

    assert simulator.wait_exit() == code
    assert text in simulator.stderr


@needs_posix
@pytest.mark.parametrize("name", ["KILL", "SIGABRT"])
def test_crash_after_can_use_a_signal(start: Launcher, name: str) -> None:
    simulator = start(faults=f"crash-after=20:{name}")

    number = getattr(signal, name if name.startswith("SIG") else f"SIG{name}")
    assert simulator.wait_exit() == -number


def test_exit0_after_is_silent(start: Launcher) -> None:
    simulator = start(faults="exit0-after=150").wait_ready()
    before = simulator.stderr

    assert simulator.wait_exit() == 0
    assert simulator.stderr == before


@needs_posix
@pytest.mark.parametrize("era", ["v7", "v9"])
def test_ignore_term_survives_both_stop_signals(start: Launcher, era: str) -> None:
    simulator = start(era=era, faults="ignore-term").wait_ready()

    simulator.process.send_signal(signal.SIGTERM)
    simulator.process.send_signal(signal.SIGINT)

    for _ in range(20):
        assert simulator.get("/health").status in {200, 404}
    simulator.process.kill()
    assert simulator.wait_exit() == -signal.SIGKILL


@needs_posix
def test_slow_drain_delays_the_end(start: Launcher) -> None:
    simulator = start(faults="slow-drain=400").wait_ready()

    assert simulator.terminate() >= 0.4
    assert simulator.process.returncode == 0


@needs_posix
def test_grandchildren_outlive_a_killed_parent(start: Launcher) -> None:
    simulator = start(faults="grandchildren=2").wait_ready()
    pids = [int(part.split('"')[0]) for part in simulator.stderr.split("started helper process ")[1:]]

    simulator.process.kill()
    simulator.wait_exit()

    assert len(pids) == 2
    assert all(is_alive(pid) for pid in pids)
    assert {os.getpgid(pid) for pid in pids} == {simulator.process.pid}
    os.killpg(simulator.process.pid, signal.SIGKILL)
    simulator.wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_hang_after_accepts_connections_and_answers_nothing(start: Launcher) -> None:
    simulator = start(faults="hang-after=200").wait_ready()

    simulator.wait_until(lambda: simulator.get("/sim/state").json["is_hung"])

    assert gets_no_answer(simulator)
    assert gets_no_answer(simulator, "/devices")
    simulator.post("/sim/faults", "none")
    assert simulator.get("/health").text == "OK"


def test_flood_max_ends_at_the_byte_limit(start: Launcher) -> None:
    simulator = start(faults="flood=max:3000000").wait_ready()
    log = simulator.folder / "stdout.log"

    simulator.wait_until(lambda: log.stat().st_size >= 3_000_000)

    simulator.terminate()
    assert log.stat().st_size < 3_010_000
    assert "flood line 000000000000" in log.read_text(encoding="utf-8")


def test_flood_keeps_about_the_asked_rate(start: Launcher) -> None:
    started = time.monotonic()
    simulator = start(faults="flood=1000")

    simulator.wait_until(lambda: simulator.stdout.count("flood line") >= 200)

    assert simulator.stdout.count("flood line") <= (time.monotonic() - started) * 1000


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_leak_takes_memory_until_the_fault_is_withdrawn(start: Launcher) -> None:
    simulator = start(faults="leak=200").wait_ready()

    def resident_mb() -> int:
        pages = Path(f"/proc/{simulator.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024**2

    simulator.wait_until(lambda: resident_mb() > 60)
    simulator.post("/sim/faults", "none")
    simulator.wait_until(lambda: resident_mb() < 40)


def test_grab_port_listens_on_another_port(start: Launcher) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = probe.getsockname()[1]
    simulator = start(faults=f"grab-port={other}")
    asked, simulator.port = simulator.port, other

    simulator.wait_ready()

    simulator.port = asked
    assert not simulator.is_open()
    assert f"http://127.0.0.1:{other}" in simulator.stdout


def test_count_prints_numbered_lines_before_it_is_ready(start: Launcher) -> None:
    simulator = start(faults="count=2500").wait_ready()

    lines = [line for line in simulator.stdout.splitlines() if line.startswith("simulated line ")]
    assert lines == [f"simulated line {number}" for number in range(1, 2501)]


def test_log_every_writes_to_both_streams_with_ansi_colours(start: Launcher) -> None:
    simulator = start(faults="log-every=10").wait_ready()

    simulator.wait_until(lambda: "(simulated line 8)" in simulator.stderr)

    assert "\033[33m [Client WARN] " in simulator.stdout
    assert "\033[36m [Client INFO] " in simulator.stdout
    assert "level=info" in simulator.stderr


def test_faults_come_from_the_environment_then_the_flag_then_the_file(start: Launcher, tmp_path: Path) -> None:
    (tmp_path / "sim-faults").write_text("# for the next start\ncrash-at-start=9\n", encoding="utf-8")

    assert start().wait_exit() == 9
    assert start("--sim-faults=crash-at-start=8").wait_exit() == 8
    assert start("--sim-faults", "crash-at-start=8", faults="crash-at-start=7").wait_exit() == 7
    start(faults="").wait_ready()
    (tmp_path / "sim-faults").unlink()
    start().wait_ready()


def test_era_comes_from_the_flag_if_the_environment_is_silent(start: Launcher) -> None:
    simulator = start("--sim-era=v8", GOWA_SIM_ERA="").wait_ready()

    assert simulator.get("/sim/state").json["era"] == "v8"


@pytest.mark.parametrize(("faults", "code"), [("crash-after=0:5", 5), ("panic", 2), ("exit0-after=0", 0), ("crash-at-start=3", 3)])
def test_running_process_takes_faults_and_answers_first(start: Launcher, faults: str, code: int) -> None:
    simulator = start().wait_ready()

    reply = simulator.post("/sim/faults", faults)

    assert reply.status == 200
    assert simulator.wait_exit() == code


def test_control_interface_refuses_an_unknown_fault(start: Launcher) -> None:
    reply = start().wait_ready().post("/sim/faults", "hangs")

    assert reply.status == 400
    assert "unknown fault" in reply.json["error"]


def test_replaced_session_exits_0_without_a_word(start: Launcher) -> None:
    simulator = start().wait_ready()
    before = simulator.stderr

    simulator.post("/sim/replaced")

    assert simulator.wait_exit() == 0
    assert simulator.stderr == before


@pytest.mark.parametrize("text", ["slow-ready", "slow-ready=x", "never-ready=1", "flood=fast", "crash-after=x:1", "leak"])
def test_values_of_the_wrong_kind_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"fault|invalid literal"):
        FaultSet(text)


def test_fault_text_allows_comments_spaces_and_lines() -> None:
    faults = FaultSet(" slow-ready=5 , ignore-term # note\n\ncount=3\n")

    assert faults.values == {"slow-ready": "5", "ignore-term": "", "count": "3"}
    assert FaultSet("slow-drain=99999999").number("slow-drain") == 120_000
    assert FaultSet("flood=max:99999999999").flood_plan() == (0, 2 * 1024**3)
    assert set(KINDS) >= {"slow-ready", "hang-after", "offline"}
