"""Releases: what is read of a list, the order, the file for each computer, and checksums."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.releases import (
    Release,
    ReleaseAsset,
    checksum_files,
    choose_asset,
    find_checksum,
    has_checksums,
    newest_first,
    read_release,
)

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject

DIGEST = "a1" * 32
LINUX_ARM = "whatsapp_9.2.0_linux_arm64.zip"


def entry(**changes: Json) -> JsonObject:
    """One entry as GitHub sends it, cut down to a file."""
    return {
        "tag_name": "v9.2.0",
        "name": "Nine",
        "body": "**notes**",
        "draft": False,
        "prerelease": False,
        "published_at": "2026-08-22T10:00:00Z",
        "assets": [asset_entry()],
        **changes,
    }


def asset_entry(**changes: Json) -> JsonObject:
    digest = f"sha256:{DIGEST.upper()}"
    return {"name": LINUX_ARM, "size": 11, "state": "uploaded", "digest": digest, "browser_download_url": "http://x/a", **changes}


def release(tag: str, *names: str) -> Release:
    return Release(tag, tag, "", None, is_prerelease=False, assets=tuple(ReleaseAsset(name, f"http://x/{name}", 1) for name in names))


def test_read_release_takes_what_is_used() -> None:
    found = read_release(entry())

    assert found == Release(
        tag="v9.2.0",
        name="Nine",
        notes="**notes**",
        published_at=datetime(2026, 8, 22, 10, tzinfo=UTC),
        is_prerelease=False,
        assets=(ReleaseAsset(LINUX_ARM, "http://x/a", 11, DIGEST),),
    )


@pytest.mark.parametrize(
    "value",
    [None, 5, "v9.2.0", [], {}, entry(draft=True), entry(tag_name="nightly"), entry(tag_name="simulator"), entry(tag_name=None)],
)
def test_read_release_of_what_is_none_gives_none(value: Json) -> None:
    assert read_release(value) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "new"},
        {"size": 0},
        {"size": "11"},
        {"name": None},
        {"browser_download_url": None},
    ],
)
def test_read_release_leaves_out_files_that_are_not_there_yet(changes: JsonObject) -> None:
    found = read_release(entry(assets=[asset_entry(**changes), None, "x"]))

    assert found is not None
    assert found.assets == ()


@pytest.mark.parametrize("digest", [None, "", "sha256:", "sha512:" + "a" * 128, "sha256:zz", 7])
def test_read_release_without_a_usable_digest_has_none(digest: Json) -> None:
    found = read_release(entry(assets=[asset_entry(digest=digest)]))

    assert found is not None
    assert found.assets[0].sha256 is None


def test_read_release_tells_a_prerelease_by_its_flag_and_by_its_tag() -> None:
    flagged, named = read_release(entry(prerelease=True)), read_release(entry(tag_name="v9.3.0-rc.1"))

    assert flagged is not None
    assert flagged.is_prerelease
    assert named is not None
    assert named.is_prerelease


def test_read_release_survives_a_date_that_is_none() -> None:
    found = read_release(entry(published_at="soon", name=None, body=None, assets=None))

    assert found is not None
    assert (found.published_at, found.name, found.notes, found.assets) == (None, "v9.2.0", "", ())


def test_newest_first_orders_by_version_and_counts_a_tag_once() -> None:
    tags = ["v7.11.4", "v9.2.0", "v8.3.2", "v10.0.0", "v9.2.0-rc.2", "v9.2.0", "v9.10.0"]

    assert [one.tag for one in newest_first(release(tag) for tag in tags)] == [
        "v10.0.0", "v9.10.0", "v9.2.0", "v9.2.0-rc.2", "v8.3.2", "v7.11.4",
    ]  # fmt: skip


ALL_NAMES = tuple(
    f"whatsapp_9.2.0_{platform}.zip"
    for platform in (
        "darwin_amd64", "darwin_arm64", "linux_386", "linux_amd64", "linux_arm64", "linux_armv7", "windows_386", "windows_amd64",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("system", "cpus", "wanted"),
    [
        ("linux", ("amd64", "386"), "whatsapp_9.2.0_linux_amd64.zip"),
        ("linux", ("armv7",), "whatsapp_9.2.0_linux_armv7.zip"),
        ("windows", ("arm64", "amd64", "386"), "whatsapp_9.2.0_windows_amd64.zip"),
        ("darwin", ("arm64", "amd64"), "whatsapp_9.2.0_darwin_arm64.zip"),
        ("linux", ("riscv64",), None),
        ("freebsd", ("amd64",), None),
    ],
)
def test_choose_asset_takes_the_first_cpu_that_has_a_file(system: str, cpus: tuple[str, ...], wanted: str | None) -> None:
    chosen = choose_asset(release("v9.2.0", "checksums.txt", *ALL_NAMES), system, cpus)

    assert (chosen.name if chosen else None) == wanted


def test_choose_asset_refuses_the_file_of_another_version() -> None:
    assert choose_asset(release("v9.3.0", *ALL_NAMES), "linux", ("amd64",)) is None


def test_choose_asset_knows_the_bare_programs_of_old_releases() -> None:
    old = release("v6.2.0", "linux-amd64", "linux-arm64", "darwin-amd64", "windows-amd64.exe")

    chosen = [choose_asset(old, system, ("amd64",)) for system in ("linux", "windows", "darwin")]

    assert [one.name if one else None for one in chosen] == ["linux-amd64", "windows-amd64.exe", "darwin-amd64"]


@pytest.mark.parametrize(("system", "first"), [("linux", "checksums.txt"), ("windows", "checksums.txt"), ("darwin", "checksums-macos.txt")])
def test_checksum_files_begin_with_the_one_of_the_system(system: str, first: str) -> None:
    found = checksum_files(release("v9.2.0", "checksums-macos.txt", LINUX_ARM, "checksums.txt", "notchecksums.txt.zip"), system)

    assert next(one.name for one in found) == first
    assert len(found) == 2


@pytest.mark.parametrize(("tag", "has_some"), [("v5.0.0", False), ("v6.2.0", False), ("v7.0.0", True), ("v9.2.0", True)])
def test_has_checksums_from_v7_on(tag: str, has_some: bool) -> None:
    assert has_checksums(release(tag)) is has_some


def test_find_checksum_takes_the_very_name() -> None:
    text = f"{'0' * 64}  other_{LINUX_ARM}\n{DIGEST.upper()}  {LINUX_ARM}\n{'2' * 64}  {LINUX_ARM}.sig\n"

    assert find_checksum(text, LINUX_ARM) == DIGEST
    assert find_checksum(text.replace("\n", "\r\n"), LINUX_ARM) == DIGEST
    assert find_checksum(text.replace("  ", " *"), LINUX_ARM) == DIGEST
    assert find_checksum(text, "whatsapp_9.2.0_linux_amd64.zip") is None


@pytest.mark.parametrize("text", ["", "\n", "<html>", f"{DIGEST[:-1]}  {LINUX_ARM}", f"{DIGEST}{LINUX_ARM}", f"{DIGEST}  "])
def test_find_checksum_in_nonsense_is_none(text: str) -> None:
    assert find_checksum(text, LINUX_ARM) is None


def test_is_fresh_for_a_day() -> None:
    found = read_release(entry())

    assert found is not None
    assert found.published_at is not None
    assert found.is_fresh(found.published_at + timedelta(hours=1))
    assert not found.is_fresh(found.published_at + timedelta(days=2))
    assert not release("v9.2.0").is_fresh(datetime(2026, 8, 22, tzinfo=UTC))
