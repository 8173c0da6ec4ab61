"""A program that dies at a chosen moment of its work on the disk, as far as that can be played inside one process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

_CALLS = ((os, "fsync"), (Path, "replace"), (Path, "rename"), (Path, "unlink"), (Path, "mkdir"), (Path, "rmdir"), (shutil, "rmtree"))


class Killed(BaseException):
    """The program is dead: nothing of it may touch the disk any more."""


class Interruption:
    """Lets a number of calls that change the disk pass, and none after them."""

    def __init__(self, patch: pytest.MonkeyPatch, after: int) -> None:
        self.has_struck = False
        self._left = after
        for owner, name in _CALLS:
            patch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left < 0:
                self.has_struck = True
                raise Killed
            return call(*words, **named)

        return counted
