"""What an instance is doing, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.instance_filter import Segment
from gowa_desktop.ui.instances.status_text import needs_attention, state_text, summary_line
from gowa_desktop.ui.verbs import Verb, is_allowed
from tests.ui.conftest import a_status

if TYPE_CHECKING:
    from gowa_desktop.ui.look.theme import Theme

BACKOFF, FAILED, RUNNING = InstanceState.BACKOFF, InstanceState.FAILED, InstanceState.RUNNING


@pytest.mark.parametrize(("left_s", "text"), [(8.0, "Retry in 8 s"), (7.2, "Retry in 8 s"), (60.0, "Retry in 1 min"), (0.0, "Restarting")])
def test_state_text_counts_down_to_the_next_try(theme: Theme, left_s: float, text: str) -> None:
    assert state_text(replace(a_status(BACKOFF), retry_in_s=left_s)) == text


def test_state_text_without_an_announced_try_says_that_it_restarts(theme: Theme) -> None:
    assert state_text(a_status(BACKOFF)) == "Restarting"


def test_summary_line_counts_down_to_the_next_try(theme: Theme) -> None:
    assert summary_line(replace(a_status(BACKOFF), retry_in_s=8.0)) == "Retry in 8 s · v9.2.0 · port 8001"


def test_summary_line_of_a_given_up_instance_says_when_it_is_tried_again(theme: Theme) -> None:
    assert summary_line(replace(a_status(FAILED), retry_in_s=860.0)).startswith("Failed, next try in 14 min · ")


@pytest.mark.parametrize("left_s", [None, 0.0])
def test_summary_line_of_a_failed_instance_promises_no_try_that_does_not_come(theme: Theme, left_s: float | None) -> None:
    assert summary_line(replace(a_status(FAILED), retry_in_s=left_s)) == "Failed · v9.2.0 · port 8001"


def test_instance_that_does_not_answer_says_so_and_needs_attention(theme: Theme) -> None:
    status = replace(a_status(RUNNING), is_unresponsive=True, uptime_s=7440.0)

    assert state_text(status) == "Running, not answering"
    assert summary_line(status).startswith("Running for 2 h 04 m, not answering · ")
    assert needs_attention(status)
    assert Segment.ATTENTION.admits(status)
    assert Segment.RUNNING.admits(status)


def test_instance_whose_start_waits_for_others_says_so_and_can_be_called_off_alone(theme: Theme) -> None:
    status = replace(a_status(InstanceState.STOPPED), is_waiting=True)

    assert state_text(status) == "Waiting"
    assert is_allowed(Verb.STOP, status)
    assert not is_allowed(Verb.START, status)
    assert not is_allowed(Verb.STOP, replace(status, is_waiting=False))


def test_stopped_instance_is_not_said_to_be_silent(theme: Theme) -> None:
    assert not needs_attention(replace(a_status(InstanceState.STOPPED), is_unresponsive=True))
