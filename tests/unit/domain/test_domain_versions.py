"""Order and abilities of GOWA versions, and the names of release files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import VersionRefusedError
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion, executable_name, parse_asset_name

NUMBERS = st.tuples(*(st.integers(0, 200) for _ in range(3)))


def tag_of(numbers: tuple[int, ...]) -> str:
    return "v" + ".".join(map(str, numbers))


@pytest.mark.parametrize("text", ["v9.2.0", "9.2.0", "  v9.2.0\n", "v9.2.0+local", "v10.0.0-rc.1", "v9.2.0-beta1"])
def test_parse_a_version_gives_its_tag_with_v(text: str) -> None:
    expected = text.strip()
    assert GowaVersion.parse(text).tag == (expected if expected.startswith("v") else f"v{expected}")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "v", "latest", "9", "v9", "v9.2", "v9.2.0.zip", "v9.2.x", "vv9.2.0", "V9.2.0", "v9.2.0 beta", "v9..0", "9,2,0", "-1.0.0",
        "../v9.2.0", "v9.2.0/../..", "v9.2.0\\x", "v9.2.0\x00", "v\uff19.2.0", "v9.2.0-", "v9.2.0+", "Simulator", "v9.2.0-local",
    ],
)  # fmt: skip
def test_parse_garbage_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(VersionRefusedError) as caught:
        GowaVersion.parse(text)
    assert "is not a GOWA version" in caught.value.message
    assert "v9.2.0" in caught.value.next_step


@given(st.text())
def test_parse_any_text_gives_a_tag_fit_for_a_folder_name_or_is_refused(text: str) -> None:
    try:
        tag = GowaVersion.parse(text).tag
    except VersionRefusedError:
        return
    assert not set(tag) & set("/\\:\x00\n ")
    assert tag == SIMULATOR or tag.startswith("v")


def test_parse_accepts_the_version_that_an_import_conflict_advises() -> None:
    assert GowaVersion.parse("v9.2.0+local") > GowaVersion.parse("v9.2.0")


@given(NUMBERS, NUMBERS)
def test_order_follows_the_numbers_not_the_text(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    left, right = GowaVersion.parse(tag_of(first)), GowaVersion.parse(tag_of(second))
    assert (left < right) is (first < second)
    assert (left >= right) is (first >= second)
    assert (left == right) is (first == second)
    assert left.at_least(right.tag) is (first >= second)


@given(NUMBERS, st.sampled_from(["-rc.1", "-rc1", "-beta.2", "-alpha1"]))
def test_order_prerelease_is_below_its_release_and_above_the_one_before(numbers: tuple[int, ...], suffix: str) -> None:
    major, minor, patch = numbers
    early = GowaVersion.parse(tag_of(numbers) + suffix)
    assert early < GowaVersion.parse(tag_of(numbers))
    assert early > GowaVersion.parse(tag_of((major, minor, patch - 1))) if patch else True
    assert not early.at_least(tag_of(numbers))


@given(NUMBERS, st.sampled_from(["", "-rc.1", "+local"]))
def test_order_simulator_is_below_every_real_version(numbers: tuple[int, ...], suffix: str) -> None:
    real, simulator = GowaVersion.parse(tag_of(numbers) + suffix), GowaVersion.parse(SIMULATOR)
    assert simulator < real
    assert max(simulator, real) == real


def test_order_maintenance_release_is_below_the_next_major() -> None:
    tags = ["v8.0.0", "v7.11.4", "v9.2.0", "v5.6.1", "v10.0.0", "v9.10.0", "v9.2.0-rc.1", "simulator"]
    ordered = [version.tag for version in sorted(map(GowaVersion.parse, tags))]
    assert ordered == ["simulator", "v5.6.1", "v7.11.4", "v8.0.0", "v9.2.0-rc.1", "v9.2.0", "v9.10.0", "v10.0.0"]


@pytest.mark.parametrize(
    ("tag", "abilities"),
    [
        ("v5.0.0", ""),
        ("v5.1.0", ""),
        ("v5.2.0", "env"),
        ("v5.6.1", "env"),
        ("v6.0.0", "env rest"),
        ("v7.11.4", "env rest"),
        ("v8.0.0", "env rest host devices"),
        ("v8.3.5", "env rest host devices"),
        ("v8.4.0", "env rest host devices health"),
        ("v8.7.0", "env rest host devices health"),
        ("v8.8.0", "env rest host devices health"),
        ("v9.2.0", "env rest host devices health"),
        ("v99.0.0", "env rest host devices health"),
        ("simulator", "env rest host devices health"),
    ],
)
def test_abilities_begin_with_their_version(tag: str, abilities: str) -> None:
    version = GowaVersion.parse(tag)
    found = {
        "env": version.reads_environment,
        "rest": version.has_rest_subcommand,
        "host": version.has_host,
        "devices": version.has_devices,
        "health": version.has_health,
    }
    assert {name for name, has in found.items() if has} == set(abilities.split())


@pytest.mark.parametrize(
    ("tag", "path"),
    [("v5.0.0", "/app/devices"), ("v7.11.4", "/app/devices"), ("v8.0.0", "/devices"), ("v8.3.5", "/devices"), ("v8.4.0", "/health")],
)
def test_ready_path_is_the_oldest_that_answers(tag: str, path: str) -> None:
    assert GowaVersion.parse(tag).ready_path == path


@pytest.mark.parametrize(
    ("name", "tag", "program"),
    [
        ("whatsapp_9.2.0_linux_amd64.zip", "v9.2.0", "linux-amd64"),
        ("whatsapp_8.5.1_linux_armv7.zip", "v8.5.1", "linux-armv7"),
        ("whatsapp_7.0.0_windows_386.zip", "v7.0.0", "windows-386.exe"),
        ("whatsapp_9.2.0_darwin_arm64.zip", "v9.2.0", "darwin-arm64"),
        ("whatsapp_10.11.12-rc.1_linux_arm64.zip", "v10.11.12-rc.1", "linux-arm64"),
    ],
)
def test_asset_name_says_version_and_program(name: str, tag: str, program: str) -> None:
    asset = parse_asset_name(name)
    assert asset is not None
    assert asset.version.tag == tag
    assert asset.executable_name == program


@pytest.mark.parametrize(
    "name",
    [
        "", "linux-amd64", "whatsapp.zip", "whatsapp_9.2_linux_amd64.zip", "whatsapp_v9.2.0_linux_amd64.zip", "whatsapp_9.2.0_linux.zip",
        "whatsapp_9.2.0_plan9_amd64.zip", "whatsapp_9.2.0_linux_amd64.tar.gz", "whatsapp_9.2.0_linux_amd64 (1).zip",
        "whatsapp_9.2.0..-_linux_amd64.zip", "checksums.txt", "x/whatsapp_9.2.0_linux_amd64.zip",
    ],
)  # fmt: skip
def test_asset_name_of_another_form_says_nothing(name: str) -> None:
    assert parse_asset_name(name) is None


def test_executable_name_only_windows_has_an_ending() -> None:
    assert executable_name("windows", "amd64") == "windows-amd64.exe"
    assert executable_name("darwin", "amd64") == "darwin-amd64"


@pytest.mark.parametrize(
    ("key", "tag", "known"),
    [
        ("webhookIncludeOutgoing", "v8.2.0", False),
        ("webhookIncludeOutgoing", "v8.2.1", True),
        ("webhookIncludeOutgoing", "v8.3.0", False),
        ("webhookIncludeOutgoing", "v99.0.0", False),
        ("webhookIncludeOutgoing", "simulator", False),
        ("chatStorage", "v5.1.0", False),
        ("chatStorage", "v7.1.0", True),
        ("chatStorage", "v7.2.0", False),
        ("chatFlushInterval", "v5.2.0", True),
        ("chatFlushInterval", "v7.2.0", False),
        ("host", "v7.11.4", False),
        ("host", "v8.0.0", True),
        ("webhookEvents", "v7.11.4", False),
        ("webhookEvents", "v8.1.0", True),
        ("mcpOauthEnabled", "v9.1.0", False),
        ("mcpOauthEnabled", "v9.2.0", True),
        ("mcpOauthEnabled", "v99.0.0", True),
        ("mcpOauthEnabled", "simulator", True),
    ],
)
def test_option_is_known_from_its_first_to_its_last_version(key: str, tag: str, known: bool) -> None:
    assert BY_KEY[key].known_by(GowaVersion.parse(tag)) is known
