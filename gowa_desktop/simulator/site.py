"""What the simulated server is and has: its settings, devices, faults and listeners. Who answers a request is given it."""

import time

from gowa_desktop.simulator.websocket import Hub

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.devices import DeviceStore
    from gowa_desktop.simulator.fault_runner import FaultRunner
    from gowa_desktop.simulator.settings import Settings
    from gowa_desktop.simulator.stop_signals import StopSignals


class Site:
    """The whole simulated server. Thread-safe as its parts are; lives as long as the process."""

    def __init__(self, settings: "Settings", devices: "DeviceStore", runner: "FaultRunner", signals: "StopSignals") -> None:
        self.settings = settings
        self.era = settings.era
        self.devices = devices
        self.runner = runner
        self.signals = signals
        self.hub = Hub(self.device_list)
        self.port = 0
        self.started_at = time.time()

    def device_list(self) -> list[dict[str, str]] | None:
        """Return what ``/app/devices`` and LIST_DEVICES carry; null if there is nothing."""
        if not self.era.has_devices:
            return [{"name": d.display_name, "device": d.jid} for d in self.devices.all() if d.jid] or None
        found = []
        for device in self.devices.all():
            entry = {"name": device.display_name or device.phone, "device": device.id}
            if self.era.has_jid_in_app_routes:
                entry["jid"] = device.jid
            found.append(entry)
        return found or None
