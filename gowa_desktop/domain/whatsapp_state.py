"""What an instance says about its WhatsApp accounts, in one form for every generation of GOWA (GOWA facts 3.3 and 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.versions import GowaVersion


@dataclass(frozen=True, slots=True)
class WhatsAppState:
    """Accounts by the number part of their JID, which every generation tells alike; slot ids differ from one to the next."""

    paired: frozenset[str] = frozenset()
    logged_in: frozenset[str] = frozenset()

    def to_json(self) -> JsonObject:
        """Give it as it is stored."""
        return {"paired": [*sorted(self.paired)], "logged_in": [*sorted(self.logged_in)]}

    @classmethod
    def from_json(cls, value: Json) -> WhatsAppState | None:
        """Read what was stored; None when it is none."""
        if not isinstance(value, dict):
            return None
        return cls(_texts(value.get("paired")), _texts(value.get("logged_in")))


def state_from_answers(version: GowaVersion, devices: Json, status: Json) -> WhatsAppState:
    """Read the results of GOWA's device list and, before v8, of its status.

    Args:
        version: of the GOWA that answered.
        devices: `results` of `/devices`, or before v8 of `/app/devices`; None for no device.
        status: `results` of `/app/status`; used before v8 only.
    """
    entries = [entry for entry in devices if isinstance(entry, dict)] if isinstance(devices, list) else []
    if version.has_devices:
        known = [(_account(entry), entry.get("state") == "logged_in") for entry in entries]
    else:
        # The list has every stored device, the status speaks of the one that is in use.
        current = _number(status.get("device_id")) if isinstance(status, dict) and status.get("is_logged_in") is True else ""
        known = [(number := _number(entry.get("device")), bool(number) and number == current) for entry in entries]
    return WhatsAppState(
        frozenset(number for number, _ in known if number), frozenset(number for number, is_in in known if number and is_in)
    )


def missing_after(before: WhatsAppState, after: WhatsAppState, version: GowaVersion) -> str | None:
    """Say what is not as it was; None when everything is. Accounts that are new do not count.

    Args:
        before: with the old version.
        after: with the new one.
        version: the new one; before v8 only the first account is used, so one of several is enough.
    """
    if lost := before.paired - after.paired:
        return f"The pairing of {_listed(lost)} is missing."
    out = before.logged_in - after.logged_in
    if not out or (not version.has_devices and after.logged_in & before.logged_in):
        return None
    return f"{_listed(out)} {'is' if len(out) == 1 else 'are'} paired but not logged in, as before the update."


def _texts(value: Json) -> frozenset[str]:
    return frozenset(str(item) for item in value) if isinstance(value, list) else frozenset()


def _account(entry: JsonObject) -> str:
    """Give the number of a slot: a paired one that was never named has its JID as id until it is connected."""
    jid = entry.get("jid")
    if isinstance(jid, str) and jid:
        return _number(jid)
    return _number(entry.get("id")) if "@" in str(entry.get("id")) else ""


def _number(jid: Json) -> str:
    return jid.partition("@")[0].partition(":")[0].partition(".")[0] if isinstance(jid, str) else ""


def _listed(numbers: frozenset[str]) -> str:
    # A telephone number in a report is personal; its end is enough to recognise it.
    return ", ".join(f"the account …{number[-4:]}" for number in sorted(numbers))
