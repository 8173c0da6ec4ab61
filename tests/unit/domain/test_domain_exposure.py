"""What lets strangers in is found for each version, and each way of closing it does."""

import pytest

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.exposure import ExposureCode, ExposureFix, close_exposure, exposures, from_json, is_loopback, to_json
from gowa_desktop.domain.json_types import Json, JsonObject
from gowa_desktop.domain.options import ANY_ADDRESS, BY_KEY
from gowa_desktop.domain.versions import GowaVersion

V5, V7, V8, V9 = (GowaVersion(tag) for tag in ("v5.6.1", "v7.11.4", "v8.11.0", "v9.2.0"))
SIGN_IN: JsonObject = {"basicAuth": [{"username": "me", "password": "hunter2hunter2"}]}
HOOK: JsonObject = {"webhooks": ["http://127.0.0.1:9/hook"]}
NETWORK, WEB_PAGES, KNOWN_SECRET = ExposureCode.NETWORK, ExposureCode.WEB_PAGES, ExposureCode.KNOWN_SECRET


def host_of(flags: JsonObject, version: GowaVersion | None) -> str:
    if version is not None and not version.has_host:
        return ANY_ADDRESS
    return str(flags.get("host", "127.0.0.1"))


def codes(flags: JsonObject, version: GowaVersion | None) -> list[ExposureCode]:
    return [found.code for found in exposures({"flags": flags}, version, host_of(flags, version), 8001)]


@pytest.mark.parametrize(
    ("flags", "version", "expected"),
    [
        ({}, V9, []),
        ({}, None, []),
        ({"host": "0.0.0.0"}, V9, [NETWORK]),
        ({"host": "192.168.1.5"}, V8, [NETWORK]),
        ({"host": "0.0.0.0", **SIGN_IN}, V9, []),
        ({"host": "localhost"}, V9, []),
        ({"host": "127.0.0.1"}, V7, [NETWORK]),
        (SIGN_IN, V7, []),
        ({}, V5, [NETWORK]),
        ({}, V8, [WEB_PAGES]),
        (SIGN_IN, V8, []),
        ({"corsAllowedOrigins": ["*"]}, V9, [WEB_PAGES]),
        ({"corsAllowedOrigins": ["https://a.example", "*"], **SIGN_IN}, V9, [WEB_PAGES]),
        ({"corsAllowedOrigins": []}, V9, [WEB_PAGES]),  # GOWA's own default, which means every page
        ({"corsAllowedOrigins": ["https://a.example"]}, V9, []),
        ({**HOOK, "webhookSecret": "secret"}, V9, [KNOWN_SECRET]),
        (HOOK, V9, [KNOWN_SECRET]),
        ({**HOOK, "webhookSecret": "of-my-own"}, V9, []),
        ({"webhookSecret": "secret"}, V9, []),  # nothing is sent
        ({**HOOK, "disabledWebhooks": HOOK["webhooks"]}, V9, []),
        ({**HOOK, "host": "0.0.0.0", "corsAllowedOrigins": ["*"]}, V9, [NETWORK, WEB_PAGES, KNOWN_SECRET]),
        ({**HOOK, **SIGN_IN}, V7, [KNOWN_SECRET]),
    ],
)
def test_exposure_is_found(flags: JsonObject, version: GowaVersion | None, expected: list[ExposureCode]) -> None:
    assert codes(flags, version) == expected


@pytest.mark.parametrize("version", [V5, V7, V8, V9, None])
@pytest.mark.parametrize("flags", [{}, {"host": "0.0.0.0"}, {**HOOK, "corsAllowedOrigins": ["*"]}, {**HOOK, "host": "10.0.0.1"}])
def test_every_fix_closes_what_it_is_offered_for_and_stays_valid(flags: JsonObject, version: GowaVersion | None) -> None:
    for found in exposures({"flags": flags}, version, host_of(flags, version), 8001):
        for fix in found.fixes:
            closed = close_exposure({"flags": flags, "odd": 1}, fix, lambda: "generated0generated0")
            after = closed["flags"]
            assert isinstance(after, dict)
            assert found.code not in codes(after, version)
            assert closed["odd"] == 1
            assert ConfigParser().check(closed, version) == {}
            assert fix.consequence.endswith(".")


def test_fix_works_on_a_config_without_flags() -> None:
    assert close_exposure({}, ExposureFix.NEW_SECRET, lambda: "new") == {"flags": {"webhookSecret": "new"}}
    assert close_exposure({"flags": None}, ExposureFix.LISTEN_LOCALLY, lambda: "new") == {"flags": {}}


def test_older_gowa_is_named_as_the_reason() -> None:
    found = exposures({}, V7, ANY_ADDRESS, 8001)[0]
    assert "GOWA v7.11.4 always listens on every address" in found.sentence
    assert found.fixes == (ExposureFix.ADD_SIGN_IN,)  # it has no --host


def test_default_secret_is_the_one_of_the_table() -> None:
    assert BY_KEY["webhookSecret"].default == "secret"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback_is_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "[::]", "10.0.0.1", "shop.example", "127.0.0.1.example", "nonsense["])
def test_anything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_exposures_are_kept_and_read_back() -> None:
    found = exposures({"flags": {"host": "0.0.0.0", "corsAllowedOrigins": ["*"]}}, V9, ANY_ADDRESS, 8001)
    assert from_json(to_json(found)) == found
    assert from_json([]) == ()


@pytest.mark.parametrize("stored", [None, {}, ["x"], [{}], [{"code": "network", "fixes": []}], [{"code": "later", "fixes": ["new-secret"]}]])
def test_what_is_no_record_of_exposures_is_none(stored: Json) -> None:
    assert from_json(stored) is None
