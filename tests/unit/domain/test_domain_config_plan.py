"""Settings laid over others and copied from others: what is taken, what stays, what a version cannot have."""

from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_pieces import OWN_PIECES, joined, piece_label, secret_pieces, split, without_pieces
from gowa_desktop.domain.config_plan import ConfigPlan, PlannedInstance, copied, overlaid, secrets_left
from gowa_desktop.domain.json_types import JsonObject
from gowa_desktop.domain.options import BY_KEY, OPTIONS
from gowa_desktop.domain.versions import GowaVersion
from tests.unit.domain.config_strategies import valid_configs

EVERY = tuple(option for option in OPTIONS if option.key != "port")
V7 = ConfigParser().known_options(GowaVersion("v7.11.4"))
SECRET_HOOK = "https://me:HIDDEN@hooks.example/"
SOURCE: JsonObject = {
    "flags": {
        "debug": True, "webhookSecret": "HIDDEN", "basicAuth": [{"username": "me", "password": "HIDDEN"}], "dbUri": "file:storages/mine.db",
        "webhooks": ["http://a.example", "http://b.example"], "disabledWebhooks": ["http://b.example"], "autoRejectCall": True,
    },
    "args": ["-x"],
    "env": {"MY_NAME": "shop", "MY_TOKEN": "HIDDEN"},
}  # fmt: skip


@given(valid_configs())
def test_config_taken_apart_is_put_together_the_same(config: JsonObject) -> None:
    assert joined(split(config)) == config
    assert without_pieces(config, set()) == config
    assert without_pieces(config, set(split(config))) == {}


def test_parts_nobody_knows_are_kept_and_named() -> None:
    config: JsonObject = {"flags": {"later": 1, "args": 2, "env[A]": 3, "/x": 4}, "env": [1], "odd": {"a": 1}, "args": ["-x"]}
    assert joined(split(config)) == config
    assert [piece_label(piece) for piece in split(config)] == [
        "later", "flags/args", "flags/env[A]", "flags//x", "env", "odd", "Extra arguments"
    ]  # fmt: skip


@given(valid_configs())
def test_file_laid_over_nothing_gives_its_settings(config: JsonObject) -> None:
    assert overlaid({}, config, EVERY, "v9.2.0", keeps_unknown=True) == (config, ())


def test_overlay_keeps_what_is_not_named() -> None:
    mine: JsonObject = {"flags": {"os": "shop", "debug": False, "webhooks": ["http://c"], "disabledWebhooks": ["http://c"]}, "env": {"A": "1"}}
    settings: JsonObject = {"flags": {"debug": True, "webhooks": ["http://c", "http://d"]}, "env": {"B": "2"}}
    result, skipped = overlaid(mine, settings, EVERY, "v9.2.0", keeps_unknown=False)
    assert result == {"flags": {"os": "shop", "debug": True, "webhooks": ["http://c", "http://d"]}, "env": {"A": "1", "B": "2"}}
    assert skipped == ()


def test_overlay_skips_what_the_version_does_not_know_unless_it_is_kept() -> None:
    settings: JsonObject = {"flags": {"autoRejectCall": True, "debug": True}}
    result, skipped = overlaid({}, settings, V7, "v7.11.4", keeps_unknown=False)
    assert result == {"flags": {"debug": True}}
    assert [(one.key, one.label, one.reason) for one in skipped] == [
        ("autoRejectCall", BY_KEY["autoRejectCall"].label, "GOWA v7.11.4 does not know it.")
    ]
    assert overlaid({}, settings, V7, "v7.11.4", keeps_unknown=True) == (settings, ())


def test_copy_of_everything_leaves_secrets_and_the_session_alone() -> None:
    mine: JsonObject = {"flags": {"webhookSecret": "my own", "os": "mine", "dbUri": "file:storages/other.db"}, "odd": 1}
    result, skipped = copied(mine, SOURCE, None, EVERY, "v9.2.0", with_secrets=False)
    assert result == {
        "flags": {
            "webhookSecret": "my own", "dbUri": "file:storages/other.db", "debug": True, "autoRejectCall": True,
            "webhooks": ["http://a.example", "http://b.example"], "disabledWebhooks": ["http://b.example"],
        },
        "args": ["-x"], "env": {"MY_NAME": "shop"}, "odd": 1,
    }  # fmt: skip
    assert skipped == ()
    assert secrets_left(SOURCE, None) == ("Extra environment MY_TOKEN", "Sign-ins", "Webhook secret")
    assert secrets_left(SOURCE, {"webhookSecret"}) == ("Webhook secret",)


def test_copy_of_chosen_parts_takes_these_alone_with_their_secrets_when_asked() -> None:
    mine: JsonObject = {"flags": {"os": "mine", "debug": False}}
    assert copied(mine, SOURCE, {"webhookSecret", "debug", "dbUri"}, EVERY, "v9.2.0", with_secrets=True)[0] == {
        "flags": {"os": "mine", "debug": True, "webhookSecret": "HIDDEN", "dbUri": "file:storages/mine.db"}
    }
    assert copied(mine, {}, {"os"}, EVERY, "v9.2.0", with_secrets=False)[0] == {"flags": {"debug": False}}


def test_copy_skips_what_the_version_does_not_know() -> None:
    result, skipped = copied({}, SOURCE, {"autoRejectCall", "debug"}, V7, "v7.11.4", with_secrets=False)
    assert result == {"flags": {"debug": True}}
    assert [one.key for one in skipped] == ["autoRejectCall"]


@given(valid_configs(), valid_configs())
def test_copy_of_everything_with_secrets_makes_them_alike_but_for_the_session(config: JsonObject, source: JsonObject) -> None:
    result, _ = copied(config, source, None, EVERY, "v9.2.0", with_secrets=True)
    assert without_pieces(result, OWN_PIECES) == without_pieces(source, OWN_PIECES)
    assert {piece: split(config).get(piece) for piece in OWN_PIECES} == {piece: split(result).get(piece) for piece in OWN_PIECES}


@given(valid_configs(), valid_configs(), st.booleans())
def test_copy_without_secrets_moves_none(config: JsonObject, source: JsonObject, is_all: bool) -> None:
    chosen = None if is_all else set(split(source))
    result, _ = copied(config, source, chosen, EVERY, "v9.2.0", with_secrets=False)
    kept = split(config)
    assert all(split(result).get(piece) == kept.get(piece) for piece in secret_pieces(result))


def test_plan_counts_only_what_would_be_stored() -> None:
    same = PlannedInstance(1, "one", {"a": 1}, {"a": 1})
    refused = PlannedInstance(2, "two", {}, {"a": 1}, problem="no")
    changed = PlannedInstance(3, "three", {}, {"a": 1})
    assert ConfigPlan((same, refused, changed)).changed == (changed,)
    assert "{'a'" not in repr(changed)  # the values may be secret
