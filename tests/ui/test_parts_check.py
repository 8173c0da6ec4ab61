"""What the self-test looks for among the parts that are loaded late: search and notifications."""

from __future__ import annotations

import pytest

from gowa_desktop.domain.errors import StartFailedError
from gowa_desktop.ui import parts_check


def test_check_parts_finds_all_here() -> None:
    parts_check.check_parts()


def test_check_parts_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(parts_check, "_BUS_MODULES", ("jeepney_that_is_not_there",))
    with pytest.raises(StartFailedError, match="jeepney_that_is_not_there"):
        parts_check.check_parts()
