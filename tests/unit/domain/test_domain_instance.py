"""The state machine, keys and errors: the words the rest of the program is built of."""

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain import errors
from gowa_desktop.domain.instance import LIVE_STATES, TRANSITIONS, InstanceState, NewInstance, may_move, new_key
from gowa_desktop.domain.samples import ResourceSample, SampleWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

LEGAL = {
    ("stopped", "starting"),
    ("stopped", "backoff"),
    ("stopped", "failed"),
    ("starting", "running"),
    ("starting", "stopping"),
    ("starting", "failed"),
    ("starting", "backoff"),
    ("running", "stopping"),
    ("running", "failed"),
    ("running", "backoff"),
    ("stopping", "stopped"),
    ("stopping", "backoff"),
    ("stopping", "failed"),
    ("backoff", "starting"),
    ("backoff", "stopped"),
    ("backoff", "failed"),
    ("failed", "starting"),
    ("failed", "backoff"),
    ("failed", "stopped"),
}
STATES = ("stopped", "starting", "running", "stopping", "backoff", "failed")


def test_states_are_the_six_of_the_table() -> None:
    assert {state.value for state in InstanceState} == set(STATES)
    assert set(TRANSITIONS) == set(InstanceState)


@pytest.mark.parametrize(("source", "target"), list(itertools.product(STATES, STATES)))
def test_may_move_allows_exactly_the_legal_moves(source: str, target: str) -> None:
    assert may_move(InstanceState(source), InstanceState(target)) is ((source, target) in LEGAL)


def test_every_state_can_be_left_and_reached() -> None:
    assert {source for source, _ in LEGAL} == set(STATES)
    assert {target for _, target in LEGAL} == set(STATES)


def test_live_states_are_those_with_a_process() -> None:
    assert {state.value for state in LIVE_STATES} == {"starting", "running", "stopping"}


def test_new_key_is_eight_capitals_and_digits_and_never_repeats() -> None:
    keys = [new_key() for _ in range(200)]
    assert all(re.fullmatch(r"[A-Z0-9]{8}", key) for key in keys)
    assert len(set(keys)) == 200


def test_new_instance_left_out_config_is_not_shared() -> None:
    NewInstance().config["flags"] = {}
    assert NewInstance().config == {}


def test_sample_window_full_drops_the_oldest() -> None:
    window = SampleWindow(capacity=3)
    for second in range(5):
        window.append(ResourceSample(float(second), None if second == 2 else second * 10.0, second * 100, 1))
    assert [sample.time_s for sample in window] == [2.0, 3.0, 4.0]
    assert len(window) == 3
    assert window.newest is not None
    assert window.newest.time_s == 4.0
    assert window.cpu_percents() == (30.0, 40.0)
    assert window.memory_bytes() == (200, 300, 400)


def test_sample_window_empty_has_nothing_newest() -> None:
    window = SampleWindow()
    assert window.newest is None
    assert window.cpu_percents() == ()
    assert len(window) == 0


def every_error() -> "Iterator[type[errors.GowaError]]":
    pending: list[type[errors.GowaError]] = [errors.GowaError]
    for kind in pending:
        yield kind
        pending.extend(kind.__subclasses__())


def test_error_codes_are_stable_and_unique() -> None:
    codes = {kind.code for kind in every_error() if kind.__module__ == errors.__name__}
    assert codes == {
        "already_running", "cancelled", "chat_store", "checksum", "config_invalid", "conflict", "database", "database_busy",
        "database_damaged", "database_too_new", "disk_full", "error", "folder", "folder_unusable", "gowa_answer", "name_invalid",
        "name_taken", "network", "not_found", "not_running", "note_invalid", "option_unknown", "port_invalid", "port_taken",
        "program_blocked", "rate_limited", "release_incomplete",
        "setting_invalid", "start_failed", "stop_failed", "stray_env", "tag_invalid", "update_failed", "usage",
        "version_in_use", "version_missing", "version_refused",
    }  # fmt: skip


def test_error_text_joins_message_and_next_step() -> None:
    assert str(errors.ConflictError("It is busy.", "Wait.")) == "It is busy. Wait."
    assert str(errors.ConflictError("It is busy.")) == "It is busy."


def test_database_too_new_is_a_database_error() -> None:
    with pytest.raises(errors.DatabaseError):
        raise errors.DatabaseTooNewError("Newer.")
