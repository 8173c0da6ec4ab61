"""WebClient: GET from a release server, with redirects, proxy and token in our own hands, and faults in plain words.

httpx and ssl are imported by the worker that needs them: they take 0.2 s and some megabytes, which no start of the program should pay.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

import gowa_desktop
from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.domain.errors import GowaError, NetworkError, RateLimitedError, ReleaseIncompleteError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    import httpx

    from gowa_desktop.infra.cancel_flag import CancelFlag

_MAX_REDIRECTS = 6
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ADDRESS = "Check the release address in the settings."
_LATER = "Try again later, or check the release address in the settings."
_OFFLINE = "Check the internet connection, and the proxy in the settings if you use one."


@dataclass(frozen=True, slots=True)
class WebAccess:
    """Where releases come from and how to get there; `proxy` is None for the system's, `NO_PROXY` for none."""

    address: str
    token: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0
    """How long the other side may be silent."""


class BusyServerError(NetworkError):
    """The server has a fault of its own for now (5xx); trying again may help."""


class CutError(NetworkError):
    """The connection could not be made or was lost; trying again may help."""


class WebClient:
    """Connections of one piece of work. Use it as a context manager, on one worker thread."""

    def __init__(self, access: WebAccess, flag: CancelFlag) -> None:
        self._access = access
        self._flag = flag
        self._home = urlsplit(access.address)
        self._client = _make_client(access)

    def __enter__(self) -> WebClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    @contextlib.contextmanager
    def get(self, url: str, headers: Mapping[str, str], accepted: frozenset[int] = frozenset({200})) -> Iterator[httpx.Response]:
        """Ask for an address and give the answer before its body was read; redirects are followed.

        Raises:
            CancelledError: it was called off.
            RateLimitedError: the server answers no more for now.
            ReleaseIncompleteError: there is nothing at this address.
            BusyServerError, CutError: what trying again may cure.
            NetworkError: any other fault.
        """
        with self._explained(url), contextlib.ExitStack() as stack:
            response = self._follow(url, headers, stack)
            if response.status_code not in accepted:
                raise self._status_error(response)
            yield response

    def read(
        self, url: str, headers: Mapping[str, str], limit: int, accepted: frozenset[int] = frozenset({200})
    ) -> tuple[httpx.Response, bytes]:
        """Ask for an address and read the whole body, of at most `limit` bytes; faults as for `get`."""
        body = bytearray()
        with self.get(url, headers, accepted) as response:
            for part in response.iter_bytes():
                self._flag.check()
                body += part
                if len(body) > limit:
                    raise NetworkError(f"{_host(url)} sent far more than expected.", _ADDRESS)
        return response, bytes(body)

    def _follow(self, url: str, headers: Mapping[str, str], stack: contextlib.ExitStack) -> httpx.Response:
        for _ in range(_MAX_REDIRECTS):
            self._flag.check()
            request = self._client.build_request("GET", url, headers=self._headers(url, headers), extensions={"trace": self._trace})
            response = self._client.send(request, stream=True)
            stack.callback(response.close)
            target = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not target:
                return response
            response.close()
            url = self._next(url, target)
        raise NetworkError(f"{_host(url)} sends from one address to the next without end.", _ADDRESS)

    def _next(self, url: str, target: str) -> str:
        followed = urljoin(url, target)
        scheme = urlsplit(followed).scheme
        if scheme not in {"http", "https"} or (scheme == "http" and urlsplit(url).scheme == "https"):
            raise NetworkError(f"{_host(url)} leads away to an address that is not safe.", _ADDRESS)
        return followed

    def _headers(self, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        sent = {"User-Agent": f"gowa-desktop/{gowa_desktop.__version__}", **headers}
        if self._access.token and _origin(urlsplit(url)) == _origin(self._home) and _is_private(self._home):
            sent["Authorization"] = f"Bearer {self._access.token}"
        return sent

    def _trace(self, event: str, info: Mapping[str, object]) -> None:
        # The only public way to the socket before the answer has begun: httpcore's request extension "trace".
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream = info["return_value"]
            connection = getattr(stream, "get_extra_info", lambda _: None)("socket")
            if connection is not None:
                self._flag.watch(connection)

    @contextlib.contextmanager
    def _explained(self, url: str) -> Iterator[None]:
        import ssl  # noqa: PLC0415 - see the module's docstring

        import httpx  # noqa: PLC0415

        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            self._flag.check()
            raise _explain(error, url) from error
        except ssl.SSLError as error:
            self._flag.check()
            raise CutError(f"The connection to {_host(url)} was lost.", _OFFLINE) from error

    def _status_error(self, response: httpx.Response) -> GowaError:
        status, host = response.status_code, response.url.host
        if status in {403, 429} and (until := _limited_until(response)) is not None:
            hint = "Wait until then." if self._access.token else "Wait until then, or enter a GitHub token in the settings."
            return RateLimitedError(f"{host} answers no more questions from this connection until {_clock(until)}.", hint)
        if status == 401:
            return NetworkError(f"{host} refuses the token.", "Correct or remove it in the settings.")
        if status == 404:
            return ReleaseIncompleteError(f"{host} has nothing at this address.", _LATER)
        if status >= 500:
            return BusyServerError(f"{host} has a fault of its own for now (HTTP {status}).", "Try again later.")
        return NetworkError(f"{host} refuses (HTTP {status}).", _LATER)


def _make_client(access: WebAccess) -> httpx.Client:
    # httpx brings its own command line, and that rich and pygments where they are installed: 5 MB that nobody uses here (httpx 0.28).
    # None means that there is no such module, which httpx is prepared for.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    import httpx  # noqa: PLC0415 - see the module's docstring

    timeout = httpx.Timeout(access.read_timeout_s, connect=access.connect_timeout_s)
    explicit = access.proxy if access.proxy != NO_PROXY else None
    try:
        return httpx.Client(verify=_trust(), proxy=explicit, trust_env=access.proxy is None, timeout=timeout, follow_redirects=False)
    except (ImportError, ValueError) as error:
        # Among others a SOCKS proxy in the environment, which httpx refuses without another package.
        problem = "The proxy that is set for this computer is of a kind that does not work here."
        raise NetworkError(problem, "Set an http proxy in the settings.") from error


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Trust the known authorities and those of this computer: companies have one of their own. Reading them takes 40 ms."""
    import ssl  # noqa: PLC0415 - see the module's docstring

    import certifi  # noqa: PLC0415 - comes with httpx

    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def _explain(error: Exception, url: str) -> NetworkError:
    import httpx  # noqa: PLC0415 - see the module's docstring

    host = _host(url)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        problem = f"{host} cannot prove that it is what it says: its certificate is not trusted."
        return NetworkError(problem, "Check the clock of this computer and the proxy.")
    cases: tuple[tuple[tuple[type[Exception], ...], NetworkError], ...] = (
        ((httpx.InvalidURL, httpx.UnsupportedProtocol), NetworkError("A web address of this release makes no sense.", _ADDRESS)),
        ((httpx.ProxyError,), NetworkError("The proxy refuses the connection.", "Check the proxy in the settings or of this computer.")),
        ((httpx.DecodingError,), NetworkError(f"The answer of {host} cannot be read.", "Try again later.")),
        ((httpx.ConnectError, httpx.ConnectTimeout), CutError(f"{host} cannot be reached.", _OFFLINE)),
        ((httpx.TimeoutException,), CutError(f"{host} has stopped answering.", _OFFLINE)),
    )
    lost = CutError(f"The connection to {host} was lost.", _OFFLINE)
    return next((fault for kinds, fault in cases if isinstance(error, kinds)), lost)


def _limited_until(response: httpx.Response) -> datetime | None:
    """Read the end of a rate limit: GitHub says when (`x-ratelimit-reset`, seconds since the epoch), others after how long."""
    now = datetime.now(UTC)
    with contextlib.suppress(ValueError, OverflowError, OSError):
        if (wait := response.headers.get("retry-after")) is not None:
            return datetime.fromtimestamp(now.timestamp() + int(wait), UTC)
        if (response.headers.get("x-ratelimit-remaining") == "0" or response.status_code == 429) and (
            reset := response.headers.get("x-ratelimit-reset")
        ) is not None:
            return datetime.fromtimestamp(int(reset), UTC)
    return None


def _clock(moment: datetime) -> str:
    local = moment.astimezone()
    return local.strftime("%H:%M" if local.date() == datetime.now(UTC).astimezone().date() else "%Y-%m-%d %H:%M")


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_private(parts: SplitResult) -> bool:
    """Tell whether nobody between can read what is sent."""
    return parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"
