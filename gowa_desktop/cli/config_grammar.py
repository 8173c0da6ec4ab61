"""The part of the command line's grammar that is about settings. Imports no Qt and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.cli.grammar_parts import AddVerb, Parser, Words, absolute, add_name, add_subverbs
from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject

VERBS = frozenset({"config"})

_SECRETS = "sign-ins, secrets and tokens too"
_VERBS = {
    "show": Verb.CONFIG_SHOW,
    "set": Verb.CONFIG_SET,
    "reset": Verb.CONFIG_RESET,
    "export": Verb.CONFIG_EXPORT,
    "import": Verb.CONFIG_IMPORT,
    "copy": Verb.CONFIG_COPY,
}
_TEMPLATE_VERBS = {
    "save": Verb.TEMPLATE_SAVE,
    "apply": Verb.TEMPLATE_APPLY,
    "rename": Verb.TEMPLATE_RENAME,
    "remove": Verb.TEMPLATE_REMOVE,
}


def request(words: Words) -> Request:
    """Make the request of a command line that begins with `config`."""
    verb = words.subverb
    if verb == "templates":
        return _template_request(words)
    arguments: JsonObject = {"name": words.name}
    if verb in {"export", "import"}:
        arguments["file"] = absolute(words.file)
    if verb == "show":
        arguments["reveal"] = words.reveal
    elif verb == "export":
        arguments |= {"format": words.format, "with_secrets": words.with_secrets, "force": words.force}
    elif verb == "copy":
        arguments |= {"names": [*words.names], "options": [*words.option], "with_secrets": words.with_secrets}
    elif verb == "set":
        arguments["set"] = [*words.assignments]
    elif verb == "reset":
        arguments["options"] = [*words.options]
    arguments["preview"] = not words.yes if verb == "import" else words.dry_run
    return Request(_VERBS[verb], arguments)


def _template_request(words: Words) -> Request:
    verb = words.templates_verb
    if verb == "list":
        return Request(Verb.TEMPLATES, {})
    arguments: JsonObject = {"template": words.template}
    if verb == "save":
        arguments |= {"name": words.name, "with_secrets": words.with_secrets, "force": words.force}
    elif verb == "apply":
        arguments |= {"names": [*words.names], "preview": words.dry_run}
    elif verb == "rename":
        arguments["to"] = words.to or ""
    return Request(_TEMPLATE_VERBS[verb], arguments)


def add_verbs(add: AddVerb, everywhere: Parser) -> None:
    """Add the verb and what stands after it to a grammar."""
    parser = add("config", "show, change, copy, export and import settings")
    add = add_subverbs(parser, everywhere, "show|set|reset|export|import|copy|templates")
    show = add("show", "show every setting of an instance; * marks what differs from the default")
    add_name(show)
    show.add_argument("--reveal", action="store_true", help="show secrets in clear")
    setter = add("set", "set options of an instance")
    add_name(setter)
    setter.add_argument(
        "assignments", metavar="OPTION=VALUE", nargs="+", default=[],
        help="such as debug=true; repeat an option for a list; args=WORD and env.NAME=VALUE for extras; a lone OPTION is asked for",
    )  # fmt: skip
    _add_dry_run(setter)
    reset = add("reset", "put options of an instance back to their defaults")
    add_name(reset)
    reset.add_argument("options", metavar="OPTION", nargs="+", default=[], help="such as debug, args or env.NAME")
    _add_dry_run(reset)
    export = add("export", "write the settings of an instance to a file")
    add_name(export)
    export.add_argument("file", metavar="FILE", help="where to; a name that ends in .env gives that format")
    export.add_argument("--format", metavar="json|env", help="JSON carries everything, a .env what GOWA itself can read")
    _add_with_secrets(export)
    export.add_argument("--force", action="store_true", help="replace the file if it exists")
    importer = add("import", "show what the settings in a file would change, and with --yes take them over")
    add_name(importer)
    importer.add_argument("file", metavar="FILE", help="written by config export or gowa-manager, or a .env for GOWA")
    importer.add_argument("--yes", action="store_true", help="take them over")
    copy = add("copy", "copy settings of one instance to others; the port and the database addresses stay")
    copy.add_argument("name", metavar="FROM", help="name or key of the instance that has them")
    copy.add_argument("names", metavar="TO", nargs="+", default=[], help="name or key of an instance that gets them")
    copy.add_argument("--option", metavar="OPTION", action="append", default=[], help="only this option; repeat it for more")
    _add_with_secrets(copy)
    _add_dry_run(copy)
    _add_templates(add("templates", "settings with a name, for any number of instances"), everywhere)


def _add_templates(parser: Parser, everywhere: Parser) -> None:
    add = add_subverbs(parser, everywhere, "list|save|apply|rename|remove", into="templates_verb")
    add("list", "list the templates and what they set")
    save = add("save", "save the settings of an instance as a template")
    add_name(save)
    _add_template(save)
    _add_with_secrets(save)
    save.add_argument("--force", action="store_true", help="replace the template if it exists")
    apply = add("apply", "apply a template to instances; what it does not name stays")
    _add_template(apply)
    apply.add_argument("names", metavar="NAME", nargs="+", default=[], help="name or key of an instance")
    _add_dry_run(apply)
    rename = add("rename", "give a template another name")
    _add_template(rename)
    rename.add_argument("to", metavar="NEW", help="its new name")
    _add_template(add("remove", "delete a template; instances keep what they have"))


def _add_template(parser: Parser) -> None:
    parser.add_argument("template", metavar="TEMPLATE", help="name of the template")


def _add_with_secrets(parser: Parser) -> None:
    parser.add_argument("--with-secrets", action="store_true", help=_SECRETS)


def _add_dry_run(parser: Parser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only show what would change")
