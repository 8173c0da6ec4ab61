"""Plans, reports, snapshots to keep, places of databases and the state of accounts: the rules of an update."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.database_places import database_places
from gowa_desktop.domain.snapshots import Snapshot, superfluous
from gowa_desktop.domain.update_plan import ChatStoreKind, PlannedUpdate, UpdateKind, UpdatePlan, plan_update
from gowa_desktop.domain.update_report import UpdateOutcome, UpdateReport, UpdateRow
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.domain.whatsapp_state import WhatsAppState, missing_after, state_from_answers

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject

V7, V8, V9 = "v7.11.4", "v8.11.0", "v9.2.0"
OLD, BROKEN, NEW, NONE = ChatStoreKind.OLD, ChatStoreKind.BROKEN, ChatStoreKind.NEW, ChatStoreKind.NONE
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def plan_one(source: str, target: str, store: ChatStoreKind, *, is_running: bool = True, aside: bool = False) -> PlannedUpdate:
    stored = (source or "latest", target)
    return plan_update(1, "shop", (source, target), store, is_running=is_running, stored=stored, has_old_store_aside=aside)


@pytest.mark.parametrize(
    ("source", "target", "store", "kind", "moves"),
    [
        (V7, V9, OLD, UpdateKind.NEEDS_ASSISTANT, True),
        (V7, V8, OLD, UpdateKind.NEEDS_ASSISTANT, True),
        ("", V9, OLD, UpdateKind.NEEDS_ASSISTANT, True),
        (V9, V9, BROKEN, UpdateKind.NEEDS_ASSISTANT, True),
        (V8, V9, BROKEN, UpdateKind.NEEDS_ASSISTANT, True),
        (V7, V9, NONE, UpdateKind.PLAIN, False),
        (V7, "v7.11.5", OLD, UpdateKind.PLAIN, False),
        (V8, V9, NEW, UpdateKind.PLAIN, False),
        (V9, V8, NEW, UpdateKind.DOWNGRADE, False),
        (V9, V7, NEW, UpdateKind.DOWNGRADE, True),
        (V9, V7, BROKEN, UpdateKind.DOWNGRADE, False),
        (V9, V8, BROKEN, UpdateKind.DOWNGRADE, True),
        (V9, V9, NEW, UpdateKind.UP_TO_DATE, False),
        (V8, V9, ChatStoreKind.UNREADABLE, UpdateKind.PLAIN, False),
    ],
)
def test_the_kind_of_an_update_follows_from_versions_and_chats(
    source: str, target: str, store: ChatStoreKind, kind: UpdateKind, moves: bool
) -> None:
    item = plan_one(source, target, store)

    assert (item.kind, item.moves_chat_store) == (kind, moves)
    assert bool(item.lost) is moves
    assert bool(item.kept) is (kind is not UpdateKind.UP_TO_DATE)


def test_what_is_kept_and_lost_is_said_in_plain_words() -> None:
    up = plan_one(V7, V9, OLD)
    down = plan_one(V9, V7, NEW)
    assert "pairing" in up.kept[0]
    assert "do not appear" in up.lost[0]
    assert "pairing" in down.kept[0]
    assert "do not appear" in down.lost[0]
    assert any("405" in note for note in down.notes)
    assert any("every address" in note for note in down.notes)
    assert not any("come back" in text for text in down.kept)
    assert any("come back" in text for text in plan_one(V9, V7, NEW, aside=True).kept)
    assert "all chats" in plan_one(V8, V9, NEW).kept[0]


def plan_of(*items: tuple[int, bool, bool], has_canary: bool = True) -> UpdatePlan:
    made = [
        PlannedUpdate(number, str(number), V8, V9, UpdateKind.NEEDS_ASSISTANT if moves else UpdateKind.PLAIN, moves, is_running)
        for number, is_running, moves in items
    ]
    same = PlannedUpdate(99, "99", V9, V9, UpdateKind.UP_TO_DATE)
    return UpdatePlan(V9, (*made, same), has_canary)


def test_the_canary_runs_and_is_simple_where_there_is_such_a_one() -> None:
    plan = plan_of((1, False, False), (2, True, True), (3, True, False), (4, True, False), (5, True, False))

    groups = [[item.instance_id for item in group] for group in plan.groups(2)]

    assert groups == [[3], [1, 2], [4, 5]]
    assert [[item.instance_id for item in group] for group in plan_of((1, False, False), (2, False, True)).groups(4)] == [[1], [2]]


def test_without_a_canary_or_with_one_instance_there_are_groups_only() -> None:
    assert [len(group) for group in plan_of(*((n, True, False) for n in range(5)), has_canary=False).groups(4)] == [4, 1]
    assert [len(group) for group in plan_of((1, True, False)).groups(4)] == [1]
    assert plan_of().groups(4) == ()
    assert [len(group) for group in plan_of((1, True, False), (2, True, False), has_canary=False).groups(0)] == [1, 1]


def test_a_report_counts_what_became_of_each() -> None:
    rows = [UpdateRow(n, str(n), V8, V9, outcome, "") for n, outcome in enumerate(UpdateOutcome)]
    report = UpdateReport("id", V9, NOW, NOW, tuple(rows))

    assert report.sentence == "1 of 4 updated to v9.2.0, 1 returned to the old version, 1 not touched, 1 failed."
    assert not report.is_ok
    assert UpdateReport("id", V9, NOW, NOW, ()).sentence == "0 of 0 updated to v9.2.0."


def snapshot(number: int, *, is_in_trash: bool = False) -> Snapshot:
    return Snapshot(str(number), 1, V8, NOW + timedelta(hours=number), "", 1, is_in_trash=is_in_trash)


def test_the_oldest_go_but_not_what_is_protected_or_in_the_trash() -> None:
    made = [*(snapshot(number) for number in range(5)), snapshot(9, is_in_trash=True)]

    assert [one.id for one in superfluous(made, 2)] == ["2", "1", "0"]
    assert [one.id for one in superfluous(made, 2, {"1"})] == ["2", "0"]
    assert [one.id for one in superfluous(made, 0)] == ["3", "2", "1", "0"]
    assert superfluous(made, 5) == []


@pytest.mark.parametrize(
    ("address", "inside", "is_left_out"),
    [
        ("file:storages/whatsapp.db?_foreign_keys=on", ("storages/whatsapp.db",), False),
        ("file:./data/../other/keys%20a.db", ("other/keys a.db",), False),
        ("'file:storages/a.db'", ("storages/a.db",), False),
        ("file:/data/instances/7/deep/b.db", ("deep/b.db",), False),
        ("file:///data/instances/7/deep/b.db", ("deep/b.db",), False),
        ("file:/data/instances/77/b.db", (), True),
        ("file:../8/storages/whatsapp.db", (), True),
        ("file:/data/instances/7", (), True),
        ("file::memory:", (), False),
        ("file:x?mode=memory", (), False),
        ("postgres://user:secret@host/db", (), True),
        ("", (), False),
    ],
)
def test_places_of_databases_are_read_from_their_addresses(address: str, inside: tuple[str, ...], is_left_out: bool) -> None:
    configs: list[JsonObject] = [{"flags": {"dbUri": address}}, {"env": {"DB_URI": address}}]
    for config in configs:
        places = database_places(config, PurePosixPath("/data/instances/7"))

        assert places.inside == inside
        assert bool(places.left_out) is is_left_out
        assert not any("secret" in text for text in places.left_out)


def test_every_address_counts_and_strange_configs_are_no_fault() -> None:
    flags: JsonObject = {"dbUri": "file:a.db", "dbKeysUri": "file:keys/b.db", "mcpOauthDbUri": "file:a.db"}
    assert database_places({"flags": flags}, PurePosixPath("/x")).inside == ("a.db", "keys/b.db")
    for config in ({}, {"flags": 3, "env": []}, {"flags": {"dbUri": None}}):
        assert database_places(config, PurePosixPath("/x")).inside == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tag", "devices", "status", "paired", "logged_in"),
    [
        (V9, None, None, set(), set()),
        (V9, [{"id": "a", "state": "logged_in", "jid": "6281@s.whatsapp.net"}], None, {"6281"}, {"6281"}),
        (V9, [{"id": "a", "state": "disconnected", "jid": "6281@s.whatsapp.net"}], None, {"6281"}, set()),
        (V9, [{"id": "6281:7@s.whatsapp.net", "state": "disconnected"}], None, {"6281"}, set()),
        (V9, [{"id": "shop", "state": "connected", "jid": ""}, {"id": "x"}], None, set(), set()),
        (V8, [{"id": "a", "state": "logged_in", "jid": "1@s"}, {"id": "b", "state": "disconnected", "jid": "2@s"}], None, {"1", "2"}, {"1"}),
        (V7, None, {"is_logged_in": False, "device_id": ""}, set(), set()),
        (V7, [{"name": "x", "device": "6281:7@s.whatsapp.net"}], {"is_logged_in": True, "device_id": "6281:7@s"}, {"6281"}, {"6281"}),
        (V7, [{"device": "1:7@s"}, {"device": "2:7@s"}], {"is_logged_in": True, "device_id": "1:7@s"}, {"1", "2"}, {"1"}),
        (V7, [{"device": "1:7@s"}], {"is_logged_in": False, "device_id": "1:7@s"}, {"1"}, set()),
        (V7, [{"device": "1:7@s"}], None, {"1"}, set()),
        (V9, "nonsense", 3, set(), set()),
        (V9, [3, None, {"jid": 5, "id": 6}], None, set(), set()),
    ],
)
def test_accounts_are_read_alike_from_every_generation(tag: str, devices: Json, status: Json, paired: set[str], logged_in: set[str]) -> None:
    state = state_from_answers(GowaVersion(tag), devices, status)

    assert state == WhatsAppState(frozenset(paired), frozenset(logged_in))
    assert WhatsAppState.from_json(state.to_json()) == state


def state(paired: str, logged_in: str = "") -> WhatsAppState:
    return WhatsAppState(frozenset(paired.split()), frozenset(logged_in.split()))


@pytest.mark.parametrize(
    ("before", "after", "tag", "words"),
    [
        (state(""), state(""), V9, None),
        (state(""), state("1", "1"), V9, None),
        (state("1"), state("1"), V9, None),
        (state("1", "1"), state("1", "1"), V9, None),
        (state("1 2", "1 2"), state("1 2", "1 2"), V9, None),
        (state("628111222", "628111222"), state("628111222"), V9, "the account …1222 is paired but not logged in"),
        (state("1 2", "1 2"), state("1 2"), V9, "are paired"),
        (state("628111222"), state(""), V9, "The pairing of the account …1222 is missing"),
        (state("1 2", "1 2"), state("1 2", "1"), V9, "not logged in"),
        (state("1 2", "1 2"), state("1 2", "1"), V7, None),
        (state("1 2", "1 2"), state("1 2"), V7, "not logged in"),
    ],
)
def test_what_is_missing_afterwards_is_said(before: WhatsAppState, after: WhatsAppState, tag: str, words: str | None) -> None:
    missing = missing_after(before, after, GowaVersion(tag))

    if words is None:
        assert missing is None
    else:
        assert missing is not None
        assert words in missing
        assert "628" not in missing
