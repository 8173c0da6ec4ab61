"""Linux tells when a file is written: each file once, until it is asked for again."""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.infra.growth_watch import GrowthWatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")


@pytest.fixture
def watch() -> Iterator[GrowthWatch]:
    try:
        one = GrowthWatch()
    except OSError:
        pytest.skip("other programs of this user hold all the watches there are")
    yield one
    one.close()


def files(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).write_bytes(b"")
    return [os.fspath(folder / name) for name in names]


def append(path: str) -> None:
    with open(path, "ab") as file:  # noqa: PTH123 - paths are text where they are watched
        file.write(b"a line\n")


def is_readable(watch: GrowthWatch) -> bool:
    return bool(select.select([watch.fileno()], [], [], 0)[0])


def test_each_file_tells_once_until_it_is_watched_again(watch: GrowthWatch, tmp_path: Path) -> None:
    one, other, quiet = files(tmp_path, "one", "other ü", "quiet")
    watch.watch([one, other, quiet])
    assert not is_readable(watch)
    for path in (one, other, one, one):
        append(path)
    assert is_readable(watch)
    assert watch.told() == {one, other}
    assert watch.watched == {quiet}
    append(one)
    assert watch.told() == set()
    watch.watch([one])
    append(one)
    assert watch.told() == {one}


def test_file_that_is_forgotten_or_not_there_does_not_tell(watch: GrowthWatch, tmp_path: Path) -> None:
    one, other = files(tmp_path, "one", "other")
    watch.watch([one, other, os.fspath(tmp_path / "missing")])
    assert watch.watched == {one, other}
    watch.forget([one])
    append(one)
    assert watch.told() == set()
    assert watch.watched == {other}


def test_file_that_is_taken_away_is_told_and_not_watched_any_more(watch: GrowthWatch, tmp_path: Path) -> None:
    (one,) = files(tmp_path, "one")
    watch.watch([one])
    os.unlink(one)  # noqa: PTH108 - paths are text where they are watched
    assert watch.told() == {one}
    assert watch.watched == frozenset()
