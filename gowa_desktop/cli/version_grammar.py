"""The part of the command line's grammar that speaks of versions of GOWA. Imports no Qt and does nothing."""

from __future__ import annotations

from gowa_desktop.cli.grammar_parts import AddVerb, Parser, Words, absolute, add_subverbs, whole_number
from gowa_desktop.services.commands.command_protocol import Request, Verb

VERBS = frozenset({"versions"})


def add_verbs(add: AddVerb, everywhere: Parser) -> None:
    """Add the verbs to a grammar."""
    parser = add("versions", "list, install, import and remove versions of GOWA")
    add = add_subverbs(parser, everywhere, "list|available|install|import|remove|clean")
    add("list", "list the installed versions")
    available = add("available", "list the versions that can be installed")
    available.add_argument("--pre", action="store_true", help="list pre-releases, too")
    available.add_argument("--refresh", action="store_true", help="ask the release server now")
    add("install", "download a version, check it and install it").add_argument("tag", metavar="TAG", help="such as v9.2.0, or latest")
    add("remove", "remove a version that no instance uses").add_argument("tag", metavar="TAG", help="such as v9.2.0")
    cleaner = add("clean", "remove old versions that no instance uses")
    cleaner.add_argument("--keep", type=whole_number, metavar="N", help="how many of the newest to keep; without it 3")
    importer = add("import", "install a version from a file")
    importer.add_argument("file", metavar="FILE", help="a release zip of GOWA, or its program")
    importer.add_argument("--tag", metavar="TAG", help="the version, when the file's name does not tell it")


def request(words: Words) -> Request:
    """Make the request of one of these verbs."""
    if words.subverb == "list":
        return Request(Verb.VERSIONS, {})
    if words.subverb == "available":
        return Request(Verb.REFRESH_VERSIONS if words.refresh else Verb.AVAILABLE_VERSIONS, {"pre": words.pre})
    if words.subverb == "clean":
        return Request(Verb.CLEAN_VERSIONS, {"keep": words.keep})
    if words.subverb in {"install", "remove"}:
        return Request(Verb.INSTALL_VERSION if words.subverb == "install" else Verb.REMOVE_VERSION, {"tag": words.tag})
    return Request(Verb.IMPORT_VERSION, {"file": absolute(words.file), "tag": words.tag})
