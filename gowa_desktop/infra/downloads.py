"""Download of one release file: goes on where it was cut, by range, and never takes bytes of two different files for one."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ChecksumError, FolderError, NetworkError
from gowa_desktop.domain.progress import InstallStep, Progress, SpeedMeter
from gowa_desktop.infra.disk_space import check_room, is_no_room, no_room
from gowa_desktop.infra.web_client import BusyServerError, CutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from gowa_desktop.domain.releases import ReleaseAsset
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.infra.partial_files import PartialFile
    from gowa_desktop.infra.web_client import WebClient

_CHUNK = 256 * 1024
"""Smaller writes would let the worker ask for Python's global lock so often that the window feels it."""
_TICK_S = 0.1
_RETRY_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_ACCEPTED = frozenset({200, 206, 416})
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(slots=True)
class Download:
    """Brings one release file to its partial file. One worker thread; once."""

    web: WebClient
    asset: ReleaseAsset
    part: PartialFile
    has_checksum: bool
    """Whether what arrives will be checked, so that it may go on even when the server gives no validator."""
    report: Callable[[Progress], None]
    flag: CancelFlag
    pauses_s: tuple[float, ...] = _RETRY_PAUSES_S
    is_stitched: bool = False
    """True when the file consists of more than one answer."""

    def run(self) -> None:
        """Bring the whole file.

        Raises:
            CancelledError: it was called off; what arrived is kept.
            NetworkError: it does not come; what arrived is kept.
            ChecksumError: the server sends something else.
            FolderError: it cannot be written.
        """
        try:
            self.part.open()
            self.is_stitched = self.part.size > 0
            check_room(self.part.path.parent, self.asset.size - self.part.size)
            self._until_whole()
        except OSError as error:
            if is_no_room(error):
                raise no_room(self.part.path.parent) from error
            problem = f"The download cannot be written: {error.strerror or error}."
            raise FolderError(problem, "Check the disk and the folder's permissions.") from error
        finally:
            if not self.part.size:
                self.part.remove()  # nothing has come that would be worth keeping

    def _until_whole(self) -> None:
        failures, meter = 0, SpeedMeter()
        while (before := self.part.size) < self.asset.size:
            try:
                self._attempt(meter)
            except (CutError, BusyServerError) as error:
                failures = 1 if self.part.size > before else failures + 1
                if failures > len(self.pauses_s):
                    raise self._given_up(error) from error
                self.report(Progress(InstallStep.RESUMING, self.part.size, self.asset.size, "bytes"))
                self.flag.pause(self.pauses_s[failures - 1])

    def _attempt(self, meter: SpeedMeter) -> None:
        note, offset = self.part.open(), self.part.size
        headers = {"Accept-Encoding": "identity"}
        if offset and (note.validator or self.has_checksum):
            headers["Range"] = f"bytes={offset}-"
            if note.validator:
                headers["If-Range"] = note.validator
        with self.web.get(self.asset.url, headers, _ACCEPTED) as response:
            if response.status_code == 206 and "Range" in headers and self._continues(response, offset):
                self.is_stitched = True
            elif response.status_code == 200:
                self._check_length(response)
                self.part.reset(_validator(response))
            else:  # the server knows another file by now, or counts differently
                self.part.reset(None)
                raise CutError("The download could not go on where it was cut.", "Try again.")
            self._write(response, meter)

    def _write(self, response: httpx.Response, meter: SpeedMeter) -> None:
        reached = self.part.size
        meter.add(time.monotonic(), reached)
        with self.part.path.open("ab", buffering=0) as file:
            for chunk in _gathered(response.iter_raw()):
                self.flag.check()
                if reached + len(chunk) > self.asset.size:
                    self.part.reset(None)
                    raise ChecksumError("The server sent more than the release says.", "Nothing was installed. Try again later.")
                view = memoryview(chunk)
                while view:
                    view = view[file.write(view) :]
                reached += len(chunk)
                meter.add(time.monotonic(), reached)
                self.report(meter.progress(InstallStep.DOWNLOADING, self.asset.size))
        if reached < self.asset.size:
            raise CutError("The connection ended before the file did.", "Try again.")

    def _continues(self, response: httpx.Response, offset: int) -> bool:
        match = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        return match is not None and int(match[1]) == offset and match[3] in {"*", str(self.asset.size)}

    def _check_length(self, response: httpx.Response) -> None:
        length = response.headers.get("content-length")
        if length is not None and length != str(self.asset.size):
            raise NetworkError(
                f"{response.url.host} sent something else than {self.asset.name}.",
                "A network that asks for a sign-in first does that; sign in with a browser and try again.",
            )

    def _given_up(self, error: NetworkError) -> NetworkError:
        arrived = self.part.size
        if not arrived:
            return error
        share = f"{arrived / 1e6:.1f} of {self.asset.size / 1e6:.1f} MB"
        return NetworkError(f"{error.message} {share} have arrived and are kept.", "Install it again to go on from there.")


def _gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Put small parts together, but let nothing wait longer than a tick; what is there comes out before a fault does."""
    waiting, since = bytearray(), time.monotonic()
    try:
        for part in parts:
            waiting += part
            if len(waiting) >= _CHUNK or time.monotonic() - since >= _TICK_S:
                yield bytes(waiting)
                waiting, since = bytearray(), time.monotonic()
    except Exception:
        if waiting:
            yield bytes(waiting)
        raise
    if waiting:
        yield bytes(waiting)


def _validator(response: httpx.Response) -> str | None:
    """Choose what `If-Range` may carry: a strong ETag, else the date (RFC 9110, 13.1.5)."""
    etag = response.headers.get("etag")
    if etag and not etag.startswith("W/"):
        return str(etag)
    date = response.headers.get("last-modified")
    return str(date) if date else None
