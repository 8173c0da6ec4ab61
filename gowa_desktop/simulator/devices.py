# ruff: noqa: PLC0415 - slow modules are imported when they are needed
"""The simulated accounts: what GOWA calls devices, their state, and the file that keeps them over a restart."""

import os
import threading
import time

from gowa_desktop.simulator.storage import DEVICE_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.eras import Era

LOGIN_ROUND_S = 160.0
Webhook = dict[str, str | bool]


class Device:
    """One device slot. The store's lock guards changes."""

    def __init__(self, device_id: str, *, is_stored: bool) -> None:
        self.id = device_id
        self.is_stored = is_stored
        self.created_at = _go_timestamp()
        self.phone = ""
        self.display_name = ""
        self.jid = ""
        self.is_online = False
        self.has_client = False
        self.login_ends_at = 0.0
        self.webhook: Webhook = {}

    @property
    def is_connected(self) -> bool:
        """Whether the socket to WhatsApp would be up: logged in, or in the middle of a login round."""
        return self.is_online or time.monotonic() < self.login_ends_at

    @property
    def is_logged_in(self) -> bool:
        """Whether the device is paired and connected."""
        return bool(self.jid) and self.is_online

    @property
    def state(self) -> str:
        """GOWA's word for the two flags above."""
        if self.is_logged_in:
            return "logged_in"
        return "connected" if self.is_connected else "disconnected"

    def begin_login(self) -> None:
        """Start a pairing round, which lasts 160 s."""
        self.has_client = True
        self.login_ends_at = time.monotonic() + LOGIN_ROUND_S

    def forget_session(self) -> None:
        """Lose the pairing, keep the slot."""
        self.jid = self.phone = ""
        self.is_online = self.has_client = False
        self.login_ends_at = 0.0


class DeviceStore:
    """Owns all devices, in the order they were added. In v7 there is exactly one, with an empty id.

    Thread-safe; lives as long as the process.
    """

    def __init__(self, era: "type[Era]") -> None:
        self._era = era
        self._lock = threading.RLock()
        self._devices: dict[str, Device] = {} if era.has_devices else {"": Device("", is_stored=True)}

    def all(self) -> list[Device]:
        """Return the devices, oldest first."""
        with self._lock:
            return list(self._devices.values())

    def find(self, device_id: str) -> Device | None:
        """Return the device with exactly this id."""
        with self._lock:
            return self._devices.get(device_id)

    def find_any(self, name: str) -> Device | None:
        """Return the device with this id, JID or AD-JID."""
        with self._lock:
            for device in self._devices.values():
                if name in {device.id, device.jid, _without_device_part(device.jid)}:
                    return device
        return None

    def only(self) -> Device | None:
        """Return the device if there is exactly one."""
        with self._lock:
            return next(iter(self._devices.values())) if len(self._devices) == 1 else None

    def add(self, device_id: str, *, is_stored: bool = True) -> Device | None:
        """Add a slot, with a random id if none is given; None if the id is taken."""
        with self._lock:
            device_id = device_id or random_uuid()
            if device_id in self._devices:
                return None
            device = Device(device_id, is_stored=is_stored and "@" not in device_id)
            self._devices[device_id] = device
            self.save()
            return device

    def remove(self, device_id: str) -> None:
        """Forget a slot; an unknown id is no error."""
        with self._lock:
            self._devices.pop(device_id, None)
            self.save()

    def pair(self, device: Device, phone: str) -> None:
        """Make the device logged in with this phone number."""
        with self._lock:
            device.phone = phone
            device.jid = f"{phone}:{len(self._devices)}@s.whatsapp.net"
            device.display_name = f"Simulated phone {phone[-4:]}"
            device.is_online = device.has_client = True
            device.login_ends_at = 0.0
            self.save()

    def log_out(self, device: Device) -> None:
        """Lose the pairing of the device; before v8.10 the slot goes with it."""
        with self._lock:
            device.forget_session()
            if self._era.has_devices and not self._era.keeps_slot_on_logout:
                self._devices.pop(device.id, None)
            self.save()

    def connect_all(self) -> list[Device]:
        """Bring every paired device online, as GOWA does two seconds after the start."""
        with self._lock:
            paired = [device for device in self._devices.values() if device.jid]
            for device in paired:
                device.is_online = device.has_client = True
            return paired

    def save(self) -> None:
        """Write the devices that survive a restart."""
        import json

        with self._lock:
            kept = [
                {"id": d.id, "phone": d.phone, "display_name": d.display_name, "jid": d.jid, "webhook": d.webhook}
                for d in self._devices.values()
                if d.is_stored or d.jid
            ]
            temporary = f"{DEVICE_FILE}.new"
            with open(temporary, "w", encoding="utf-8") as stream:  # noqa: PTH123 - see storage
                json.dump(kept, stream)
            os.replace(temporary, DEVICE_FILE)  # noqa: PTH105

    def load(self, *, had_sessions: bool, had_chats: bool) -> None:
        """Read the devices of the last run.

        As with GOWA, pairings live in ``whatsapp.db`` and slots in ``chatstorage.db``: without the first every device is
        unpaired, without the second a paired device comes back with its AD-JID as id.
        """
        try:
            with open(DEVICE_FILE, encoding="utf-8") as stream:  # noqa: PTH123
                text = stream.read()
        except OSError:
            return
        import json

        for entry in json.loads(text):
            is_paired = had_sessions and bool(entry["jid"])
            device_id = entry["id"] if had_chats else entry["jid"]
            if not self._era.has_devices:
                device_id = ""
            elif not (had_chats and entry["id"]) and not is_paired:
                continue
            device = Device(device_id or entry["jid"] if self._era.has_devices else "", is_stored=had_chats)
            device.display_name, device.webhook = entry["display_name"], entry["webhook"] if had_chats else {}
            if is_paired:
                device.phone, device.jid = entry["phone"], entry["jid"]
            self._devices[device.id] = device
            if not self._era.has_devices:
                return


def random_uuid() -> str:
    """Return a version 4 UUID; the uuid module would cost 4 ms."""
    digits = f"{int.from_bytes(os.urandom(16), 'big') & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _without_device_part(jid: str) -> str:
    user, _, server = jid.partition("@")
    return f"{user.split(':')[0]}@{server}" if jid else "\0"


def _go_timestamp() -> str:
    """Return the present as Go writes times in JSON, with nanoseconds."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{nanoseconds:09d}".rstrip("0").rstrip(".") + "Z"
