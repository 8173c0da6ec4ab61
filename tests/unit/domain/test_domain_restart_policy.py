"""Backoff, giving up and forgetting, with time and chance as arguments."""

from __future__ import annotations

import random

import pytest

from gowa_desktop.domain.restart_policy import FailureCounter, RestartPolicy, Verdict


class Middle(random.Random):
    """Chance without jitter."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def test_first_restart_is_at_once_then_later_and_later_up_to_a_minute() -> None:
    counter = FailureCounter(Middle())

    delays = [counter.judge(1000.0 * number, 0.0).retry_in_s for number in range(10)]

    assert delays == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_jitter_stays_within_a_fifth() -> None:
    for seed in range(50):
        counter = FailureCounter(random.Random(seed))
        counter.judge(0.0, 0.0)
        delay = counter.judge(1000.0, 0.0).retry_in_s
        assert delay is not None
        assert 0.8 <= delay <= 1.2


def test_five_failures_in_two_minutes_give_up() -> None:
    counter = FailureCounter(Middle())

    verdicts = [counter.judge(10.0 * number, 0.0) for number in range(5)]

    assert [v.has_given_up for v in verdicts] == [False, False, False, False, True]
    assert verdicts[-1] == Verdict(900.0, has_given_up=True)


def test_given_up_stays_given_up_through_slow_retries() -> None:
    counter = FailureCounter(Middle())
    for number in range(5):
        counter.judge(10.0 * number, 0.0)

    later = [counter.judge(1000.0 * number, 1.0) for number in range(1, 6)]

    assert all(verdict == Verdict(900.0, has_given_up=True) for verdict in later)


def test_slow_retry_can_be_switched_off() -> None:
    counter = FailureCounter(Middle())
    verdict = Verdict(0.0)
    for number in range(5):
        verdict = counter.judge(10.0 * number, 0.0, retries_slowly=False)

    assert verdict == Verdict(None, has_given_up=True)


def test_a_healthy_minute_forgets_the_past() -> None:
    counter = FailureCounter(Middle())
    for number in range(5):
        counter.judge(10.0 * number, 0.0)

    assert counter.judge(2000.0, 60.0) == Verdict(0.0)
    assert counter.count == 1


def test_failures_further_apart_than_two_minutes_never_give_up() -> None:
    counter = FailureCounter(Middle())

    assert not any(counter.judge(121.0 * number, 1.0).has_given_up for number in range(20))


def test_a_person_stepping_in_begins_anew() -> None:
    counter = FailureCounter(Middle())
    for number in range(5):
        counter.judge(10.0 * number, 0.0)

    counter.forget()

    assert counter.judge(60.0, 0.0) == Verdict(0.0)


@pytest.mark.parametrize(
    ("policy", "code", "restarts"),
    [
        (RestartPolicy.NEVER, 1, False),
        (RestartPolicy.NEVER, None, False),
        (RestartPolicy.ON_FAILURE, 1, True),
        (RestartPolicy.ON_FAILURE, 2, True),
        (RestartPolicy.ON_FAILURE, None, True),
        (RestartPolicy.ON_FAILURE, 0, False),
        (RestartPolicy.ALWAYS, 0, True),
        (RestartPolicy.ALWAYS, None, True),
    ],
)
def test_policy_covers(policy: RestartPolicy, code: int | None, restarts: bool) -> None:
    assert policy.covers(code) is restarts
