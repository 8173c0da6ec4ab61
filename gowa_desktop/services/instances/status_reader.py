"""StatusReader: frozen pictures of instances, put together from what is stored, running and sampled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import InstanceStatus
from gowa_desktop.domain.log_lines import readable_lines
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.log_reader import tail_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.connection import ConnectionDetails
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.instance_settings import InstanceSettings
    from gowa_desktop.services.instances.lifecycle import Lifecycle


class _Address(NamedTuple):
    """Where an instance listens, and what that was worked out from."""

    config: JsonObject
    rest: tuple[GowaVersion | None, int | None]
    host: str
    base_url: str | None


class StatusReader:
    """Reads only. Main thread."""

    def __init__(self, parts: InstanceParts, lifecycle: Lifecycle, settings: InstanceSettings) -> None:
        self._catalog = parts.catalog
        self._parser = parts.parser
        self._directories = parts.directories
        self._versions = parts.versions
        self._processes = parts.processes
        self._monitor = parts.monitor
        self._lifecycle = lifecycle
        self._settings = settings
        self._addresses: dict[int, _Address] = {}

    def pictures(self, instances: Iterable[Instance]) -> list[InstanceStatus]:
        """Give a picture of each; the installed versions are looked up once for all."""
        resolved: dict[str, GowaVersion | None] = {}
        pictures = []
        for instance in instances:
            if instance.gowa_version not in resolved:
                resolved[instance.gowa_version] = self._resolve(instance.gowa_version)
            pictures.append(self._picture(instance, resolved[instance.gowa_version]))
        return pictures

    def with_figures(self, status: InstanceStatus) -> InstanceStatus:
        """Give a picture with the newest figures and otherwise as it was: a tenth of the work of a new one."""
        process = self._processes.get(status.id)
        return replace(
            status,
            uptime_s=process.uptime_s,
            sample=self._monitor.window(status.id).newest if process.ref is not None else None,
            disk_bytes=self._monitor.disk_bytes(status.id),
        )

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._addresses.pop(instance_id, None)

    def connection(self, instance: Instance) -> ConnectionDetails:
        """Give addresses and sign-ins, in clear."""
        return self._parser.connection(instance, self._resolve(instance.gowa_version))

    def log_tail(self, instance: Instance, count: int) -> list[str]:
        """Give the last lines of the log, oldest first, colours taken out and secrets hidden."""
        if count <= 0:
            return []
        raw = tail_bytes(self._directories.log_file(instance.id))
        return readable_lines(raw, self._catalog.hidden_texts(instance))[-count:]

    def _resolve(self, tag: str) -> GowaVersion | None:
        try:
            return GowaVersion(self._versions.resolve(tag).tag)
        except GowaError:
            return None

    def _picture(self, instance: Instance, installed: GowaVersion | None) -> InstanceStatus:
        process = self._processes.get(instance.id)
        ref, spec = process.ref, process.spec
        version = GowaVersion(spec.version) if spec is not None else installed
        address = self._address(instance, version)
        return InstanceStatus(
            id=instance.id,
            key=instance.key,
            name=instance.name,
            port=instance.port,
            status=process.state,
            desired=instance.desired,
            gowa_version=instance.gowa_version,
            resolved_version=version.tag if version else None,
            host=spec.host if spec is not None else address.host,
            base_url=address.base_url,
            pid=ref.pid if ref is not None else None,
            uptime_s=process.uptime_s,
            error_message=process.error_message or instance.config_error,
            sample=self._monitor.window(instance.id).newest if ref is not None else None,
            disk_bytes=self._monitor.disk_bytes(instance.id),
            created_at=instance.created_at,
            updated_at=instance.updated_at,
            is_simulated=version is not None and version.is_simulator,
            stop_deadline_s=process.stop_deadline_s,
            retry_in_s=process.retry_in_s,
            restart_count=self._lifecycle.restart_count(instance.id),
            is_unresponsive=process.is_unresponsive,
            restart_policy=instance.restart_policy,
            memory_limit_mb=instance.memory_limit_mb,
            priority=instance.priority,
            tags=instance.tags,
            notes=instance.notes,
            is_busy=self._catalog.is_busy(instance.id),
            exposures=self._settings.exposures(instance, installed),
            is_view_only=self._catalog.is_looking,
            is_waiting=not process.is_live and self._lifecycle.is_waiting(instance.id),
        )

    def _address(self, instance: Instance, version: GowaVersion | None) -> _Address:
        # Asked for at every change of a state; the stored config is replaced as a whole when it changes.
        known = self._addresses.get(instance.id)
        if known is None or known.config is not instance.config or known.rest != (version, instance.port):
            base_url = self._parser.connection(instance, version).base_url if instance.port is not None else None
            known = _Address(instance.config, (version, instance.port), self._parser.host(instance, version), base_url)
            self._addresses[instance.id] = known
        return known
