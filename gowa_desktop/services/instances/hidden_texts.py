"""HiddenTexts: what must not show of an instance, also after its secrets were changed: a log still holds the earlier ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.infra.directories import DirectoryManager

_MOST = 400
"""How many earlier texts are kept; each secret is a few of them, one for each form it may be printed in."""


class HiddenTexts:
    """Owns the file of earlier secrets in each instance folder, private and beside the log that holds them too. Main thread."""

    def __init__(self, parser: ConfigParser, directories: DirectoryManager) -> None:
        self._parser = parser
        self._directories = directories
        self._earlier: dict[int, tuple[str, ...]] = {}

    def of(self, instance: Instance) -> frozenset[str]:
        """Give every text to hide in what an instance writes, or is written about it."""
        return self._parser.secrets(instance.config).union(self._read(instance.id))

    def retire(self, before: Instance, now: Instance) -> None:
        """Go on hiding the secrets that a change of settings has replaced. On a full disk the next run of the program forgets them."""
        old = self._parser.secrets(before.config) - self._parser.secrets(now.config)
        if not old:
            return
        kept = tuple(dict.fromkeys((*(text for text in self._read(now.id) if text not in old), *sorted(old))))[-_MOST:]
        self._earlier[now.id] = kept
        if self._directories.folder(now.id).is_dir():
            record: JsonObject = {"texts": [*kept]}
            write_private(self._directories.retired_secrets_file(now.id), json.dumps(record))

    def forget(self, instance_id: int) -> None:
        """Drop what is known of a folder that is gone or empty now."""
        self._earlier.pop(instance_id, None)

    def _read(self, instance_id: int) -> tuple[str, ...]:
        known = self._earlier.get(instance_id)
        if known is None:
            stored = read_object(self._directories.retired_secrets_file(instance_id)) or {}
            texts = stored.get("texts")
            known = tuple(text for text in texts if isinstance(text, str)) if isinstance(texts, list) else ()
            self._earlier[instance_id] = known
        return known
