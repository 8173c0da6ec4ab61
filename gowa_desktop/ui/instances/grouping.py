"""Groups of the table: by what instances stand together, and how each group is called. Plain functions, no widgets."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.tags import tag_identity
from gowa_desktop.ui.instances.status_text import version_text

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import InstanceStatus


class GroupBy(StrEnum):
    """By what the rows of the table stand together."""

    NOTHING = ""
    TAG = "tag"
    VERSION = "version"


class Group(NamedTuple):
    """The group of an instance."""

    key: tuple[bool, str]
    """Sorts groups; what belongs to none comes last."""
    title: str


class Query(NamedTuple):
    """What is searched for."""

    words: tuple[str, ...]
    """Each must be found somewhere."""
    tags: tuple[str, ...]
    """Each must be a tag of the instance."""

    def admits(self, status: InstanceStatus) -> bool:
        """Tell whether an instance is meant."""
        identities = {tag_identity(tag) for tag in status.tags}
        text = " ".join((status.name, str(status.port or ""), version_text(status), status.gowa_version, *status.tags, status.notes)).casefold()
        return all(tag in identities for tag in self.tags) and all(word in text for word in self.words)


_TAG = re.compile(r'tag:(?:"([^"]*)"?|(\S+))', re.IGNORECASE)


def read_query(search: str) -> Query:
    """Read a search: words, and tags as `tag:shop` or `tag:"two words"`."""
    tags = tuple(tag_identity(found[1] or found[2] or "") for found in _TAG.finditer(search))
    return Query(tuple(_TAG.sub(" ", search).casefold().split()), tuple(tag for tag in tags if tag))


def tag_query(tag: str) -> str:
    """Write the search for a tag."""
    return f'tag:"{tag}"' if " " in tag else f"tag:{tag}"


def group_of(status: InstanceStatus, by: GroupBy) -> Group:
    """Give the group of an instance. One with several tags stands with the first of them, as a row is shown once."""
    if by is GroupBy.TAG:
        if not status.tags:
            return Group((True, ""), _tr("No tag"))
        return Group((False, tag_identity(status.tags[0])), status.tags[0])
    if by is GroupBy.VERSION:
        version = version_text(status)
        return Group((False, version), version)
    return Group((False, ""), "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("grouping", text)
