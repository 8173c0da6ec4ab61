"""What was checked and how it went, printed as it happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class StepError(Exception):
    """Something did not go as it should; the sentence says what was seen."""


@dataclass
class Report:
    """Counts steps; one that fails does not keep the next from being tried, unless that needs it."""

    passed: int = 0
    failed: int = 0
    impossible: list[str] = field(default_factory=list)

    def step(self, name: str, function: Callable[[], str | None], *, is_needed: bool = False) -> bool:
        """Run one step and print its outcome; what the function gives is a measurement to print beside it.

        Raises:
            StepError: it failed and the next ones need it.
        """
        begin = time.monotonic()
        try:
            measured = function()
        except StepError as error:
            self.failed += 1
            print(f"  FAILED  {name}: {error}", flush=True)
            if is_needed:
                raise
            return False
        self.passed += 1
        print(f"  ok      {name} ({time.monotonic() - begin:.1f} s){f': {measured}' if measured else ''}", flush=True)
        return True

    def not_here(self, what: str) -> None:
        """Note what cannot be carried here and runs on the native runner."""
        self.impossible.append(what)

    def close(self) -> int:
        """Print what could not be tried and the sum; the answer is an exit code."""
        for what in self.impossible:
            print(f"  not possible here: {what}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def require(condition: object, sentence: str) -> None:
    """Fail the step with a sentence unless the condition holds."""
    if not condition:
        raise StepError(sentence)
