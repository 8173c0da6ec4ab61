"""Drafts: edits on top of what is stored, joined with changes made elsewhere, saved whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import ConfigInvalidError, PortInvalidError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.domain.options import BY_KEY, OPTIONS
from gowa_desktop.ui.config.config_draft import ConfigDraft
from gowa_desktop.ui.config.config_drafts import ConfigDrafts, typed_port
from gowa_desktop.ui.config.extra_options import extra_options, port_option
from tests.ui.conftest import simulated
from tests.ui.valid_values import valid

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import JsonObject

DEBUG, OS, SECRET, REPLY = (BY_KEY[key] for key in ("debug", "os", "webhookSecret", "autoReply"))
ARGUMENTS, ENVIRONMENT = extra_options()


def draft_of(flags: JsonObject, port: int | None = 8001, **extras: JsonObject | list[str]) -> ConfigDraft:
    return ConfigDraft(ConfigParser(), {"flags": flags, **extras}, port)  # type: ignore[dict-item]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_values_set_in_any_order_are_read_back_and_taken_back(data: st.DataObject) -> None:
    draft = draft_of({"webhookSecret": "kept", "unknownOfSomebody": 7}, args=["--x"])
    before = draft.config
    options = data.draw(st.lists(st.sampled_from([option for option in OPTIONS if option.key != "port"]), max_size=8, unique=True))
    for option in options:
        value = data.draw(valid(option))
        draft.set_value(option, value)
        assert draft.value(option) == value or value == ""

    for option in options:
        draft.reset(option)
        assert draft.value(option) == ConfigParser().default(option, 8001)
    draft.set_value(SECRET, "kept")
    assert draft.config == before
    assert not draft.is_changed


def test_draft_names_its_changes_and_forgets_them_when_discarded() -> None:
    draft = draft_of({"os": "Kasir"})
    draft.set_value(DEBUG, value=True)
    draft.set_value(ARGUMENTS, ["--fancy"])
    draft.set_value(port_option(), "8005")

    assert draft.changes() == ("Port", DEBUG.label, ARGUMENTS.label)
    assert draft.port == 8005

    draft.discard()
    assert not draft.is_changed
    assert draft.changes() == ()
    assert draft.value(port_option()) == "8001"


def test_value_typed_back_is_no_change() -> None:
    draft = draft_of({"os": "Kasir"})
    draft.set_value(OS, "Other")
    draft.set_value(OS, "Kasir")
    draft.set_value(ARGUMENTS, [])

    assert not draft.is_changed


def test_default_typed_is_not_stored() -> None:
    draft = draft_of({"os": "Kasir"})
    assert draft.is_overridden(OS)

    draft.set_value(OS, "GOWA")

    assert not draft.is_overridden(OS)
    assert draft.config == {"flags": {}}


def test_change_made_elsewhere_is_taken_over_and_edits_stay() -> None:
    draft = draft_of({"os": "Kasir"}, env={"TZ": "UTC"})
    draft.set_value(DEBUG, value=True)

    assert draft.rebase({"flags": {"os": "Toko", "autoReply": "hi"}, "env": {"TZ": "UTC"}}, 8002)

    assert draft.value(OS) == "Toko"
    assert draft.value(DEBUG) is True
    assert draft.port == 8002
    assert draft.changes() == (DEBUG.label,)
    assert set(draft.news) == {OS.label, REPLY.label}
    assert not draft.conflicts


def test_change_made_elsewhere_is_no_news_without_edits() -> None:
    draft = draft_of({"os": "Kasir"})

    assert draft.rebase({"flags": {"os": "Toko"}}, 8001)
    draft.set_value(DEBUG, value=True)

    assert draft.news == ()


def test_same_option_changed_on_both_sides_is_a_conflict_that_either_side_can_win() -> None:
    draft = draft_of({"os": "Kasir"}, env={"TZ": "UTC"})
    draft.set_value(OS, "Mine")
    draft.set_value(ENVIRONMENT, {"TZ": "Mine"})
    draft.set_value(port_option(), "9000")

    draft.rebase({"flags": {"os": "Theirs"}, "env": {"TZ": "Theirs"}}, 8002)

    assert draft.value(OS) == "Mine"
    assert set(draft.conflicts) == {OS.label, "Extra environment TZ", "Port"}
    draft.take_theirs()
    assert (draft.value(OS), draft.value(ENVIRONMENT), draft.port) == ("Theirs", {"TZ": "Theirs"}, 8002)
    assert not draft.is_changed
    assert not draft.conflicts


def test_option_removed_elsewhere_is_removed_here_unless_it_is_edited() -> None:
    draft = draft_of({"os": "Kasir", "autoReply": "hi"})
    draft.set_value(OS, "Mine")

    draft.rebase({"flags": {}}, 8001)

    assert draft.config == {"flags": {"os": "Mine"}}
    assert draft.conflicts == (OS.label,)


def test_webhooks_keep_their_switches() -> None:
    draft = draft_of({"webhooks": ["https://a.example", "https://b.example"], "disabledWebhooks": ["https://b.example"]})
    assert draft.disabled_webhooks() == ["https://b.example"]

    draft.set_webhooks([("https://a.example", False), ("https://b.example", True)])

    assert draft.disabled_webhooks() == ["https://a.example"]
    assert draft.is_changed


def test_saving_stores_the_edits_and_the_port(qtbot: QtBot, services: Services) -> None:
    made = simulated(services, "shop")
    drafts = ConfigDrafts(services.instances)
    draft = drafts.draft(made.id)
    draft.set_value(OS, "Kasir")
    other = services.instances.suggest_port()
    draft.set_value(port_option(), str(other))
    assert drafts.unsaved() == [made.id]

    with qtbot.waitSignal(drafts.changed):
        drafts.save(made.id)

    assert services.instances.config(made.id)["flags"]["os"] == "Kasir"  # type: ignore[index,call-overload]
    assert services.instances.status(made.id).port == other
    assert drafts.unsaved() == []
    assert not drafts.draft(made.id).is_changed


def test_wrong_value_is_not_saved_and_nothing_else_either(services: Services) -> None:
    made = simulated(services, "shop")
    drafts = ConfigDrafts(services.instances)
    before = services.instances.config(made.id)
    drafts.draft(made.id).set_value(OS, "Kasir")
    drafts.draft(made.id).set_value(BY_KEY["webhooks"], ["nonsense"])

    with pytest.raises(ConfigInvalidError):
        drafts.save(made.id)

    assert list(drafts.problems(made.id)) == ["webhooks[0]"]
    assert services.instances.config(made.id) == before
    assert drafts.unsaved() == [made.id]


def test_taken_port_is_a_problem_of_the_port(services: Services) -> None:
    made, other = simulated(services, "shop"), simulated(services, "lab")
    drafts = ConfigDrafts(services.instances)

    drafts.draft(made.id).set_value(port_option(), str(other.port))
    assert "lab" in drafts.problems(made.id)["port"]
    drafts.draft(made.id).set_value(port_option(), "²")
    assert "number" in drafts.problems(made.id)["port"]


@pytest.mark.parametrize("text", ["", "x", "²", "80 01", "-1", "123456", "८०८०"])
def test_port_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(PortInvalidError):
        typed_port(text)


def test_drafts_learn_of_a_change_made_elsewhere(qtbot: QtBot, services: Services) -> None:
    made = simulated(services, "shop")
    drafts = ConfigDrafts(services.instances)
    drafts.draft(made.id).set_value(DEBUG, value=True)
    config = services.instances.config(made.id)

    with qtbot.waitSignal(drafts.changed):
        services.instances.save_config(made.id, ConfigParser().with_value(config, OS, "Elsewhere", made.port))

    assert drafts.draft(made.id).value(OS) == "Elsewhere"
    drafts.save(made.id)
    assert services.instances.config(made.id)["flags"].keys() == {"os", "debug", "webhookSecret"}  # type: ignore[union-attr]


def test_draft_goes_with_its_instance(qtbot: QtBot, services: Services) -> None:
    made = simulated(services, "shop")
    drafts = ConfigDrafts(services.instances)
    drafts.draft(made.id).set_value(DEBUG, value=True)

    services.instances.delete(made.id)

    qtbot.waitUntil(lambda: not drafts.unsaved(), timeout=10_000)


def test_change_of_anything_else_leaves_the_draft_alone(qtbot: QtBot, services: Services) -> None:
    made = simulated(services, "shop")
    drafts = ConfigDrafts(services.instances)
    drafts.draft(made.id).set_value(DEBUG, value=True)

    with qtbot.assertNotEmitted(drafts.changed):
        services.instances.update(made.id, InstanceChanges(name="kiosk"))

    assert drafts.unsaved() == [made.id]
