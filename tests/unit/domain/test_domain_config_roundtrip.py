"""Any valid config survives store, load and launch unchanged; any text in any field is refused or passed, and nothing breaks.

What a launch would make of a config is read back with the simulator's own reading of flags and environment, which was written from
GOWA's behaviour and shares no code with ours.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_values import active_webhooks, flags_of
from gowa_desktop.domain.durations import seconds_of
from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.instance import DesiredState, Instance, InstanceState
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_KEY, OPTIONS, OptionKind
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.simulator.command_line import CommandLineParser
from gowa_desktop.simulator.eras import ERAS
from gowa_desktop.simulator.options import options_of
from gowa_desktop.simulator.settings import Settings
from tests.option_strategies import valid_configs, valid_values

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option

PARSER = ConfigParser()
PORT = 8001
ERA_OF = {"v7.11.4": "v7", "v8.11.0": "v8", "v9.2.0": "v9"}
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=25)


def instance_with(config: JsonObject) -> Instance:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    return Instance(7, "ABCD1234", "shop", PORT, InstanceState.STOPPED, DesiredState.STOPPED, config, "latest", None, when, when)


def launch(config: JsonObject, version: GowaVersion) -> LaunchSpec:
    return PARSER.launch_spec(instance_with(config), version, (Path("/gowa"), ()), (Path("/f"), Path("/f/log")), {})


def gowa_reads(spec: LaunchSpec, era_name: str) -> Settings:
    """What GOWA would make of a launch."""
    era = ERAS[era_name]
    line = CommandLineParser(options_of(era), era.commands).parse(list(spec.arguments))
    return Settings(era, options_of(era), line.values, spec.environment, {})


def meant(option: Option, config: JsonObject) -> Json:
    """What the person meant, in the form in which GOWA holds it."""
    value = PARSER.value(config, option, PORT)
    if option.key == "port":
        return str(PORT)
    if option.key == "webhooks":
        return [*active_webhooks(flags_of(config))]
    if option.kind is OptionKind.LOGINS and isinstance(value, list):
        return [env_text(option, [item]) for item in value]
    if option.kind is OptionKind.DURATION:
        seconds = seconds_of(str(value))
        return int(seconds * 10**9) if seconds is not None else None
    return value


def held(option: Option, read: Settings) -> Json:
    name = (option.flag or "").removeprefix("--") or option.env.lower().replace("_", "-").replace("app-ui-", "ui-")
    if option.kind is OptionKind.BOOL:
        return read.is_on(name)
    if option.kind in {OptionKind.LIST, OptionKind.LOGINS}:
        return [*read.items(name)]
    text = read.text(name)
    return int(text) if option.kind in {OptionKind.INT, OptionKind.DURATION} else text


@pytest.mark.parametrize("tag", sorted(ERA_OF))
@FEW
@given(data=st.data())
def test_any_valid_config_reaches_gowa_as_it_was_meant(tag: str, data: st.DataObject) -> None:
    version = GowaVersion(tag)
    config = data.draw(valid_configs(version))
    read = gowa_reads(launch(config, version), ERA_OF[tag])
    for option in OPTIONS:
        # Before v8.6.0 GOWA's own database default is longer; nothing is passed for it.
        if option.known_by(version) and not (option.key == "dbUri" and not PARSER.is_overridden(config, "dbUri")):
            assert held(option, read) == meant(option, config), option.key


@FEW
@given(config=valid_configs())
def test_any_valid_config_survives_store_and_load(config: JsonObject) -> None:
    stored = json.dumps(PARSER.only_differences(config, PORT), ensure_ascii=False)
    loaded = PARSER.normalize(PARSER.parse(stored))
    for option in OPTIONS:
        assert PARSER.value(loaded, option, PORT) == PARSER.value(config, option, PORT), option.key
    assert loaded.get("mine") == config.get("mine")
    assert loaded.get("env", {}) == config.get("env", {})
    assert PARSER.differences(config, loaded, PORT) == ()


@FEW
@given(config=valid_configs())
def test_any_valid_config_passes_its_own_check_again_when_set_value_by_value(config: JsonObject) -> None:
    built: JsonObject = {}
    for option in OPTIONS:
        if option.key != "port":
            built = PARSER.with_value(built, option, PARSER.value(config, option, PORT), PORT)
    rows = PARSER.webhook_rows(config)
    built = PARSER.with_webhook_rows(built, rows)
    assert PARSER.webhook_rows(built) == rows
    assert PARSER.check(built) == {place: problem for place, problem in PARSER.check(config).items() if place in built}
    assert all(change.key == "disabledWebhooks" or change.key.startswith("env[") for change in PARSER.differences(config, built, PORT))


@FEW
@given(st.sampled_from(OPTIONS), st.data(), st.sampled_from(["v5.6.1", "v6.1.0", "v7.11.4", "v9.2.0", "v99.0.0"]))
def test_any_value_that_passes_travels_and_options_of_other_versions_do_not(option: Option, data: st.DataObject, tag: str) -> None:
    version = GowaVersion(tag)
    config: JsonObject = {"flags": {option.key: data.draw(valid_values(option, version))}}
    if option.key == "port" or PARSER.check(config, version):
        return
    spec = launch(config, version)
    known = {other.env for other in OPTIONS if other.known_by(version)}
    assert set(spec.environment) <= known
    assert {word.partition("=")[0] for word in spec.arguments} <= {"rest", *(o.flag for o in OPTIONS if o.known_by(version) and o.flag)}


@settings(max_examples=120)
@given(st.sampled_from([*sorted(BY_KEY), "stranger"]), ANY_TEXT | st.lists(ANY_TEXT, max_size=3), ANY_TEXT, ANY_TEXT)
def test_any_text_in_any_field_is_refused_or_launched_and_never_breaks(key: str, value: Json, name: str, word: str) -> None:
    config: JsonObject = {"flags": {key: value}, "env": {name: word}, "args": [word]}
    for tag in ("v5.0.0", "v7.11.4", "v9.2.0", "v99.0.0"):
        version = GowaVersion(tag)
        problems = PARSER.check(config, version)
        assert all(sentence.endswith((".", ":")) for sentence in problems.values())
        with contextlib.suppress(ConfigInvalidError):
            spec = launch(config, version)
            for text in (*spec.arguments, *spec.environment, *spec.environment.values()):
                assert "\x00" not in text
                text.encode("utf-8")
        shown = PARSER.preview(instance_with(config), version, (Path("/gowa"), ()))
        assert all(isinstance(text, str) for _, text in shown.environment)
        assert all(change.key and change.new_text for change in PARSER.differences({}, config, PORT))
