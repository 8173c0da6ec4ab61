"""A `.env` that lies in an instance folder: read as GOWA would, imported as settings."""

from __future__ import annotations

import pytest

from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.stray_environment import read_environment, with_environment


def test_read_environment_gives_names_as_gowa_reads_them() -> None:
    found = read_environment("/x/.env", "app_debug=true\nAPP_OS='My shop' # name\nHTTP_PROXY=http://x\nAPP_NEW=1\n", {})
    assert found.names == ("APP_DEBUG", "APP_OS", "HTTP_PROXY", "APP_NEW")
    assert found.values["APP_OS"] == "My shop"
    assert found.importable == ("APP_DEBUG", "APP_OS", "APP_NEW")
    assert found.problem is None


def test_read_environment_expands_names_of_the_environment() -> None:
    assert read_environment("/x/.env", "APP_OS=$HOME/x", {"HOME": "/home/me"}).values == {"APP_OS": "/home/me/x"}


@pytest.mark.parametrize("text", [None, "no line of this kind\n", 'A="never closed\n'])
def test_read_environment_unreadable_one_says_so_and_is_not_imported(text: str | None) -> None:
    found = read_environment("/x/.env", text, {})
    assert found.problem
    with pytest.raises(ConfigInvalidError):
        with_environment({}, found)


def test_with_environment_lays_its_values_over_the_config() -> None:
    text = "APP_PORT=1\nAPP_DEBUG=true\nAPP_BASIC_AUTH=a:b,c:d\nWHATSAPP_WEBHOOK=\nAPP_NEW=1\nHTTP_PROXY=http://x\nAPP_OS=New\n"
    config = with_environment({"mine": 1, "flags": {"os": "Old", "future": 2}}, read_environment("/x/.env", text, {}))
    assert config == {
        "mine": 1,
        "flags": {
            "os": "New", "future": 2, "debug": True,
            "basicAuth": [{"username": "a", "password": "b"}, {"username": "c", "password": "d"}],
        },
        "env": {"APP_NEW": "1"},
    }  # fmt: skip
