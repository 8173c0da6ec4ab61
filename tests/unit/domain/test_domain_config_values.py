"""Stored configs of every age are read, and reading one twice changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.config_values import normalize
from gowa_desktop.domain.options import BY_ENVIRONMENT, BY_FLAG, BY_KEY

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
WORD = st.sampled_from([*sorted(BY_FLAG), "rest", "--port=PORT", "--x"]) | TEXT
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        "flags": JSON | st.dictionaries(st.sampled_from(sorted(BY_KEY)) | TEXT, JSON, max_size=4),
        "args": JSON | st.lists(st.tuples(WORD, TEXT).map("=".join) | WORD, max_size=4),
        "env": JSON | st.dictionaries(st.sampled_from(sorted(BY_ENVIRONMENT)) | TEXT, JSON, max_size=4),
        "envVars": TEXT,
        "mine": JSON,
    },
)


@pytest.mark.parametrize(
    ("older", "present"),
    [
        ({}, {}),
        ({"flags": None}, {"flags": {}}),
        # As gowa-manager's own backends wrote them.
        (
            {"args": ["rest", "--port=PORT"], "flags": {"accountValidation": True, "basePath": "/app/ABCD1234", "os": "GowaManager"}},
            {"flags": {"accountValidation": True, "basePath": "/app/ABCD1234", "os": "GowaManager"}},
        ),
        ({"args": "rest --port PORT --debug=true"}, {"flags": {"debug": True}}),
        ({"args": ["rest", "-p", "8000", "--new=1"]}, {"args": ["--new=1"]}),
        ({"args": ["-w=https://a.example,https://b.example"]}, {"flags": {"webhooks": ["https://a.example", "https://b.example"]}}),
        ({"args": ['--webhook="https://a.example/?x=1,2"']}, {"flags": {"webhooks": ["https://a.example/?x=1,2"]}}),
        ({"args": ["-b=a:b", "-b=c:d"]}, {"flags": {"basicAuth": [{"username": "a", "password": "b"}, {"username": "c", "password": "d"}]}}),
        ({"args": ["--debug=nonsense", "-d"]}, {"args": ["--debug=nonsense", "-d"]}),
        ({"args": ["--os=Old"], "flags": {"os": "New"}}, {"flags": {"os": "New"}}),
        ({"env": "A=1 WHATSAPP_AUTO_MARK_READ=true APP_PORT=1"}, {"env": {"A": "1"}, "flags": {"autoMarkRead": True}}),
        ({"envVars": "A=1"}, {"env": {"A": "1"}}),
        ({"envVars": "A=1", "env": {"B": "2"}}, {"env": {"B": "2"}}),
        ({"env": {"A": 5, "B": True, "C": None}}, {"env": {"A": "5", "B": "true", "C": ""}}),
        ({"env": {"CHATWOOT_ACCOUNT_ID": "7", "APP_DEBUG": "perhaps"}}, {"env": {"APP_DEBUG": "perhaps"}, "flags": {"chatwootAccountId": 7}}),
        (
            {"env": {"APP_BASIC_AUTH": "a:b,c:d"}},
            {"flags": {"basicAuth": [{"username": "a", "password": "b"}, {"username": "c", "password": "d"}]}},
        ),
        ({"flags": {"webhooks": "https://a.example,https://b.example"}}, {"flags": {"webhooks": ["https://a.example", "https://b.example"]}}),
        ({"flags": {"basicAuth": ["a:b", "odd"]}}, {"flags": {"basicAuth": [{"username": "a", "password": "b"}, "odd"]}}),
        (
            {"flags": {"debug": "true", "chatwootInboxId": "4", "autoMarkRead": "?"}},
            {"flags": {"debug": True, "chatwootInboxId": 4, "autoMarkRead": "?"}},
        ),
        ({"flags": {"basePath": " /x/ ", "host": "::1"}}, {"flags": {"basePath": "/x", "host": "[::1]"}}),
        ({"flags": {"future": {"a": None}}, "other": [1]}, {"flags": {"future": {"a": None}}, "other": [1]}),
        ({"flags": "damaged", "args": 5, "env": 5}, {"flags": "damaged", "args": 5, "env": 5}),
    ],
)  # fmt: skip
def test_normalize_reads_the_older_shapes(older: JsonObject, present: JsonObject) -> None:
    before = json.dumps(older)
    assert normalize(older) == present
    assert json.dumps(older) == before


@given(CONFIG)
def test_normalize_twice_changes_nothing_and_loses_no_key_that_is_not_its_own(config: JsonObject) -> None:
    once = normalize(config)
    assert normalize(once) == once
    assert once.get("mine") == config.get("mine")
    assert ("mine" in once) == ("mine" in config)


@given(JSON)
def test_normalize_takes_any_flags(flags: Json) -> None:
    assert isinstance(normalize({"flags": flags}), dict)
