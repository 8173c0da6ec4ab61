"""How a person or program reaches an instance: base URL, sign-in and a ready-made curl line."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from gowa_desktop.domain.log_lines import MASK


@dataclass(frozen=True, slots=True)
class ConnectionDetails:
    """Addresses and sign-ins of one instance; holds secrets in clear, so it never goes into logs or lists."""

    base_url: str
    users: tuple[tuple[str, str], ...]
    """Pairs of user name and password."""
    webhooks: tuple[str, ...]
    probe_path: str
    """A path below the base URL that answers with the instance's devices."""

    def curl(self, *, masked: bool) -> str:
        """Give a shell line that lists the devices; `masked` hides the password."""
        parts = ["curl"]
        if self.users:
            user, password = self.users[0]
            parts += ["-u", f"{user}:{MASK}" if masked else shlex.quote(f"{user}:{password}")]
        parts.append(shlex.quote(self.base_url + self.probe_path))
        return " ".join(parts)
