"""A release server on this computer: pages of releases and their files, with every fault that a real one was seen to have.

It speaks as GitHub does where it matters (GOWA facts 4.2): pages with `Link`, ETags and 304, rate limits, redirects to another
address for files, byte ranges with `If-Range`.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from gowa_desktop.infra.platform_facts import cpu_name, os_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

REPOSITORY = "/repos/aldinokemal/go-whatsapp-web-multidevice/releases"
_CHUNK = 64 * 1024


@dataclass(slots=True)
class ServedFile:
    """One file and what goes wrong with it. Faults of a list are used up, one for each request."""

    data: bytes
    etag: str | None = None
    last_modified: str | None = None
    cuts: list[int] = field(default_factory=list)
    """After how many bytes of an answer the connection is cut."""
    statuses: list[int] = field(default_factory=list)
    """What is answered instead of the file."""
    bytes_per_s: float | None = None
    takes_ranges: bool = True
    redirect: str | None = None
    silent_s: float = 0.0
    """How long nothing comes before the answer."""
    gate: threading.Event | None = None
    """When set, half of the file is sent and the rest waits for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came."""

    path: str
    headers: Mapping[str, str]
    status: int


class ReleaseServer:
    """Serves releases on 127.0.0.1 from threads of its own. Use it as a context manager."""

    def __init__(self) -> None:
        self.releases: list[dict[str, object]] = []
        self.files: dict[str, ServedFile] = {}
        self.asked: list[Asked] = []
        self.page_size = 100
        self.repository = REPOSITORY
        self.statuses: list[int] = []
        """What the list answers instead; used up."""
        self.broken_body: bytes | None = None
        self.limited_until: int | None = None
        """Seconds since the epoch; until then the list answers 403 as GitHub does."""
        self.retry_after_s: int | None = None
        """The list answers 429 with this."""
        self.redirect: str | None = None
        """Where the list sends everybody."""
        self.link_base: str | None = None
        """Where the next page is said to be; None for here."""
        self.is_hanging = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> ReleaseServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.is_hanging.set()
        for file in self.files.values():
            if file.gate is not None:
                file.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """What goes into the setting."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def add(
        self,
        tag: str,
        data: bytes | None,
        *,
        name: str | None = None,
        published_at: str = "2026-08-22T10:00:00Z",
        is_prerelease: bool = False,
        has_digest: bool = True,
        has_checksums: bool = True,
        wrong_digest: bool = False,
        wrong_checksums: bool = False,
        notes: str = "Notes",
    ) -> ServedFile:
        """Publish a release with one zip for this computer; without data it has none yet. The answer is the zip, to spoil it."""
        version = tag.removeprefix("v")
        name = name or f"whatsapp_{version}_{os_name()}_{cpu_name()}.zip"
        assets: list[dict[str, object]] = []
        served = ServedFile(data or b"", etag=f'"{hashlib.sha256(data or b"").hexdigest()[:16]}"')
        right, wrong = hashlib.sha256(data or b"").hexdigest(), "0" * 64
        if data is not None:
            digest = f"sha256:{wrong if wrong_digest else right}" if has_digest else None
            assets.append(self._asset(tag, name, served, digest))
        if data is not None and has_checksums:
            lines = f"{'1' * 64}  whatsapp_{version}_plan9_mips.zip\n{wrong if wrong_checksums else right}  {name}\n"
            checksums = "checksums-macos.txt" if os_name() == "darwin" else "checksums.txt"
            assets.append(self._asset(tag, checksums, ServedFile(lines.encode()), None))
        self.releases.append(
            {
                "tag_name": tag,
                "name": f"GOWA {tag}",
                "body": notes,
                "draft": False,
                "prerelease": is_prerelease,
                "published_at": published_at,
                "html_url": f"{self.address}/{tag}",
                "assets": assets,
            }
        )
        return served

    def paths(self, part: str = "") -> list[str]:
        """Give the paths that were asked for, those with a part only."""
        return [asked.path for asked in self.asked if part in asked.path]

    def _asset(self, tag: str, name: str, served: ServedFile, digest: str | None) -> dict[str, object]:
        path = f"/download/{tag}/{name}"
        self.files[path] = served
        return {
            "name": name,
            "browser_download_url": f"{self.address}{path}",
            "size": len(served.data),
            "digest": digest,
            "state": "uploaded",
            "content_type": "application/zip",
        }


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Be quiet about clients that leave."""


def _handler(server: ReleaseServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_ReleaseHandler):
        owner = server

    return Handler


class _ReleaseHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: ReleaseServer

    def do_GET(self) -> None:
        try:
            self._answer()
        except (OSError, TypeError):  # the client left, or what is to be sent cannot be
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Be quiet."""

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        if path == self.owner.repository or path.startswith(f"{self.owner.repository}/tags/"):
            self._answer_list(path)
        elif (served := self.owner.files.get(path)) is not None:
            self._answer_file(served)
        else:
            self._send(404, b'{"message": "Not Found"}')

    def _answer_list(self, path: str) -> None:
        owner = self.owner
        if owner.redirect is not None:
            self._send(302, b"", {"Location": f"{owner.redirect}{self.path}"})
        elif owner.statuses:
            self._send(owner.statuses.pop(0), b"<html>oops</html>")
        elif owner.limited_until is not None and owner.limited_until > time.time():
            limits = {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(owner.limited_until)}
            self._send(403, b'{"message": "API rate limit exceeded"}', limits)
        elif owner.retry_after_s is not None:
            self._send(429, b"{}", {"Retry-After": str(owner.retry_after_s)})
        elif owner.broken_body is not None:
            self._send(200, owner.broken_body)
        elif path == owner.repository:
            self._send_page()
        else:
            found = [one for one in owner.releases if path.endswith(f"/tags/{one['tag_name']}")]
            self._send(200, json.dumps(found[0]).encode()) if found else self._send(404, b"{}")

    def _send_page(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        number, size = int(query.get("page", ["1"])[0]), self.owner.page_size
        part = self.owner.releases[(number - 1) * size : number * size]
        body = json.dumps(part).encode()
        headers = {"ETag": f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'}
        if number * size < len(self.owner.releases):
            base = self.owner.link_base or self.owner.address
            headers["Link"] = f'<{base}{self.owner.repository}?per_page=100&page={number + 1}>; rel="next", <x>; rel="last"'
        if self.headers.get("If-None-Match") == headers["ETag"]:
            self._send(304, b"", headers)
        else:
            self._send(200, body, headers)

    def _answer_file(self, served: ServedFile) -> None:
        if served.silent_s:
            self.owner.is_hanging.wait(served.silent_s)
        if served.statuses:
            self._send(served.statuses.pop(0), b"oops")
            return
        if served.redirect is not None:
            self._send(302, b"", {"Location": served.redirect})
            return
        data, start = served.data, self._start(served)
        if start > 0 and start >= len(data):
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        headers = {"Content-Length": str(len(data) - start), "Content-Type": "application/octet-stream"}
        if served.etag:
            headers["ETag"] = served.etag
        if served.last_modified:
            headers["Last-Modified"] = served.last_modified
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._head(206 if start else 200, headers)
        self._body(served, memoryview(data)[start:])

    def _start(self, served: ServedFile) -> int:
        asked = self.headers.get("Range", "")
        condition = self.headers.get("If-Range")
        if not asked.startswith("bytes=") or not served.takes_ranges or (condition and condition not in {served.etag, served.last_modified}):
            return 0
        return int(asked.removeprefix("bytes=").partition("-")[0])

    def _body(self, served: ServedFile, data: memoryview) -> None:
        end = min(len(data), served.cuts.pop(0)) if served.cuts else len(data)
        step = _CHUNK if served.bytes_per_s is None else max(1, int(served.bytes_per_s / 50))
        for at in range(0, end, step):
            if served.gate is not None and at >= end // 2:
                served.gate.wait(30)
            self.wfile.write(data[at : min(at + step, end)])
            if served.bytes_per_s is not None:
                self.owner.is_hanging.wait(step / served.bytes_per_s)
        if end < len(data):
            self.close_connection = True

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._head(status, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.owner.asked.append(Asked(self.path, dict(self.headers.items()), status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
