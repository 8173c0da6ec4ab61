#!/usr/bin/env python3
"""Keep the catalogues of translations: `update` collects every text of the program, `release` compiles them, `missing` lists gaps.

Three kinds of text are collected with Python's own parser, because Qt's loses the class that a text belongs to:

- what a widget says, in `self.tr("...")` or `QCoreApplication.translate("Context", "...")`;
- what services say, which know no widgets: every sentence and label of `domain`, `store`, `infra` and `services`, in the context
  `Sentences`. Values in an f-string become placeholders. The window finds the sentence again by its fixed words;
- what the command line says, in the context `CommandLine`: its sentences, help and headings, and the words of argparse.

Run it in the environment that `bootstrap.py setup` makes.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gowa_desktop"
FOLDER = ROOT / "resources" / "translations"
SENTENCES = "Sentences"
COMMAND_LINE = "CommandLine"
LANGUAGES = {"en": "en_US", "id": "id_ID", "pt_BR": "pt_BR", "es": "es_ES"}
TERMINAL = ("__main__.py", "crash_report.py", "terminal_face.py")
"""Modules outside of the layers that write to a terminal."""
LAYERS = ("domain", "store", "infra", "services")
_NO_SENTENCE = re.compile(
    r" \|\w|\b(SELECT|INSERT INTO|CREATE TABLE|CREATE TRIGGER|ALTER TABLE|PRAGMA|DELETE FROM|TEXT NOT NULL)\b|UPDATE \S+ SET "
)
_PLACEHOLDER = re.compile(r"\{\w*\}")
_QUIET_CALLS = {"compile", "execute", "execute_sql", "match", "search", "fullmatch", "sub", "getLogger", "strftime", "strptime"}
_INTERNAL_ERRORS = {"ValueError", "TypeError", "RuntimeError", "AssertionError", "NotImplementedError", "cast", "TypeVar"}
_LOGGERS = {"_log", "log", "logging"}

Texts = dict[str, set[str]]
"""Source texts by context."""


class CatalogueError(Exception):
    """A text cannot be collected."""


def collect() -> Texts:
    """Collect every text of the program.

    Raises:
        CatalogueError: a text is put together before it is handed to `tr`, so no catalogue can have it.
    """
    texts: Texts = {SENTENCES: set()}
    for file in sorted((PACKAGE / "ui").rglob("*.py")):
        for context, text in _ui_texts(file):
            texts.setdefault(context, set()).add(text)
    for layer in LAYERS:
        for file in sorted((PACKAGE / layer).rglob("*.py")):
            texts[SENTENCES].update(_sentences(ast.parse(file.read_text(encoding="utf-8"))))
    texts[COMMAND_LINE] = set()
    for file in [*sorted((PACKAGE / "cli").rglob("*.py")), *(PACKAGE / name for name in TERMINAL)]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts[COMMAND_LINE].update(_sentences(tree), _terminal_texts(tree))
    return texts


def _terminal_texts(tree: ast.Module) -> Iterator[str]:
    """Find what the command line says in less than a sentence: words, headings and what its help tells of arguments."""
    for node in ast.walk(tree):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call) and _name_of_call(node) in {"told", "word", "words"}:
            found = [*node.args]
        elif isinstance(node, ast.Call) and _name_of_call(node) == "add":
            found = node.args[1:2]
        elif isinstance(node, ast.keyword) and node.arg in {"help", "title"}:
            found = [node.value]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and _name_of(node.targets[0]).endswith("_texts"):
            found = [*node.value.elts]
        yield from (text for one in found if (text := _template(one)) and _PLACEHOLDER.sub("", text).strip())


def _ui_texts(file: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    shortcuts = dict(_shortcuts(tree))

    def visit(node: ast.AST, context: str) -> Iterator[tuple[str, str]]:
        if isinstance(node, ast.ClassDef):
            context = node.name
        if isinstance(node, ast.Call):
            name = _name_of_call(node)
            if isinstance(node.func, ast.Name) and name in shortcuts:
                yield from ((shortcuts[name], text) for text in _literals(node, 0, file))
            elif name == "tr":
                _check_context(node, file)
                yield from ((context, text) for text in _literals(node, 0, file))
            elif name == "translate" and _is_text(node.args[0]) and not isinstance(node.args[1], ast.Name):
                yield from ((next(_literals(node, 0, file)), text) for text in _literals(node, 1, file))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, context)

    yield from visit(tree, "")


def _check_context(call: ast.Call, file: Path) -> None:
    """Refuse `parent.tr(...)`: Qt looks in the context of the parent's class, and this catalogue has the text in that of the class here."""
    function = call.func
    if isinstance(function, ast.Attribute) and not (isinstance(function.value, ast.Name) and function.value.id == "self"):
        raise CatalogueError(f"{file.name}:{call.lineno}: use self.tr, or QCoreApplication.translate with a context")


def _shortcuts(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Find functions of a module that hand their argument to `translate` in a context of their own."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and _name_of_call(node) == "translate"):
            parameters = {one.arg for one in function.args.args}
            if _is_text(call.args[0]) and isinstance(call.args[1], ast.Name) and call.args[1].id in parameters:
                yield function.name, ast.literal_eval(call.args[0])


def _name_of_call(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _literals(call: ast.Call, number: int, file: Path) -> Iterator[str]:
    choices = [call.args[number]]
    for choice in choices:
        if isinstance(choice, ast.IfExp):
            choices += [choice.body, choice.orelse]
        elif isinstance(choice, ast.Constant) and isinstance(choice.value, str):
            yield choice.value
        else:
            raise CatalogueError(f"{file.relative_to(ROOT)}:{call.lineno}: the text is not written out, so it cannot be translated.")


def _sentences(tree: ast.Module) -> Iterator[str]:
    quiet = _quiet_nodes(tree)
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        text = _template(node)
        if text is not None and is_for_people(text):
            yield text
        yield from _single_words(node)


def _single_words(node: ast.AST) -> Iterator[str]:
    """Find labels and titles, which may be one word."""
    values: list[ast.expr | None] = []
    if isinstance(node, ast.keyword) and node.arg == "label":
        values = [node.value]
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and isinstance(node.targets[0], ast.Name):
        values = [*node.value.values] if node.targets[0].id.endswith(("_TITLES", "_LABELS")) else []
    yield from (value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value)


def _quiet_nodes(tree: ast.Module) -> set[int]:
    """Find what nobody reads: docstrings, lines of the log, patterns, SQL; and the pieces of f-strings, which count as a whole."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            quiet.update(id(value) for value in node.values)
        elif isinstance(node, ast.Call):
            function = node.func
            owner = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
            if owner in _LOGGERS or _name_of_call(node) in _QUIET_CALLS | _INTERNAL_ERRORS:
                quiet.update(id(part) for part in ast.walk(node))
    return quiet


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    pieces: list[str] = []
    seen: dict[str, int] = {}
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            name = _name_of(value.value)
            seen[name] = seen.get(name, 0) + 1
            pieces.append("{" + name + (str(seen[name]) if seen[name] > 1 else "") + "}")
        elif isinstance(value, ast.Constant):
            pieces.append(str(value.value))
    return "".join(pieces)


def _name_of(expression: ast.expr) -> str:
    """Name a placeholder after what fills it."""
    names = [node.id for node in ast.walk(expression) if isinstance(node, ast.Name)]
    attributes = [node.attr for node in ast.walk(expression) if isinstance(node, ast.Attribute)]
    if isinstance(expression, ast.Name):
        return expression.id.lower().strip("_")
    if isinstance(expression, ast.Attribute):
        return expression.attr.lower().strip("_")
    plain = [name for name in (*names, *attributes) if name not in {"self", "join", "len", "str", "sorted", "name"}]
    return plain[-1].lower().strip("_") if plain else "value"


def is_for_people(text: str) -> bool:
    """Tell whether a text of the services is something that a person reads: words, and no code."""
    if _NO_SENTENCE.search(text):
        return False
    plain = _PLACEHOLDER.sub("", text)
    if " " not in plain.strip() or len(re.findall(r"[^\W\d_]{2,}", plain)) < 2:
        return False
    return bool(re.search(r"[.!?…]$", text)) or not re.search(r"[\\\n=/<>]|%[sdr]|\(\?", plain)


def read(language: str) -> dict[tuple[str, str], str]:
    """Read the translations of a language by context and source text; what is not translated is left out."""
    file = _file(language)
    if not file.exists():
        return {}
    found = {}
    for context in ET.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.text and translation.get("type") != "unfinished":
                found[context.findtext("name") or "", message.findtext("source") or ""] = translation.text
    return found


def write(language: str, texts: Texts, known: dict[tuple[str, str], str]) -> int:
    """Write the catalogue of a language; the answer is how many texts have no translation yet."""
    root = ET.Element("TS", version="2.1", language=LANGUAGES[language], sourcelanguage="en_US")
    missing = 0
    elsewhere = {source: translation for (_, source), translation in known.items()}
    for name in sorted(texts):
        context = ET.SubElement(root, "context")
        ET.SubElement(context, "name").text = name
        for source in sorted(texts[name]):
            message = ET.SubElement(context, "message")
            ET.SubElement(message, "source").text = source
            translated = source if language == "en" else known.get((name, source)) or elsewhere.get(source)
            translation = ET.SubElement(message, "translation")
            if translated:
                translation.text = translated
            else:
                translation.set("type", "unfinished")
                missing += 1
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    _file(language).write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")
    return missing


def update() -> int:
    """Bring all catalogues up to date with the program's texts, and keep what is translated."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = collect()
    for language in LANGUAGES:
        missing = write(language, texts, read(language))
        print(f"{language}: {sum(map(len, texts.values()))} texts, {missing} not translated")
    _write_json("sentences", sorted(texts[SENTENCES]))
    return release()


def missing(language: str) -> int:
    """Print what a language lacks, as JSON: a list of texts."""
    known = read(language)
    elsewhere = {source for _, source in known}
    texts = {text for context, found in collect().items() for text in found if (context, text) not in known and text not in elsewhere}
    print(json.dumps(sorted(texts), ensure_ascii=False, indent=1))
    return 0


def take(language: str, files: Iterable[str]) -> int:
    """Take translations from JSON files, each an object of source text and translation, into the catalogue of a language."""
    known = read(language)
    given: dict[str, str] = {}
    for file in files:
        given.update(json.loads(Path(file).read_text(encoding="utf-8")))
    texts = collect()
    for context, found in texts.items():
        known.update({(context, source): given[source] for source in found if given.get(source)})
    print(f"{language}: {write(language, texts, known)} not translated")
    return release()


def spoken(language: str) -> dict[str, dict[str, str]]:
    """Give what the command line needs of a catalogue, which reads it without Qt: translations by context and English text."""
    known = read(language)
    return {name: {text: known[context, text] for context, text in sorted(known) if context == name} for name in (SENTENCES, COMMAND_LINE)}


def _write_json(name: str, content: object) -> None:
    (FOLDER / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def release() -> int:
    """Compile the catalogues for the program."""
    for language in sorted(set(LANGUAGES) - {"en"}):
        _write_json(f"sentences_{language}", spoken(language))
    from PySide6 import __file__ as package  # noqa: PLC0415 - only where catalogues are compiled

    compiler = next(path for name in ("lrelease", "lrelease.exe") if (path := Path(package).parent / name).exists())
    # Besides the program's own: the words of Qt in a language that Qt itself does not speak, kept by hand.
    for file in [*map(_file, LANGUAGES), *sorted(FOLDER.glob("qtbase_*.ts"))]:
        subprocess.run([compiler, "-silent", "-nounfinished", str(file), "-qm", str(file.with_suffix(".qm"))], check=True)
    return 0


def _file(language: str) -> Path:
    return FOLDER / f"gowa-desktop_{language}.ts"


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says; the answer is the exit code."""
    parser = argparse.ArgumentParser(description="Keep the catalogues of translations.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("update", help="collect every text and compile")
    verbs.add_parser("release", help="compile")
    lacking = verbs.add_parser("missing", help="list what a language lacks, as JSON")
    lacking.add_argument("language", choices=sorted(set(LANGUAGES) - {"en"}))
    taking = verbs.add_parser("take", help="take translations from JSON files")
    taking.add_argument("language", choices=sorted(set(LANGUAGES) - {"en"}))
    taking.add_argument("files", nargs="+")
    given = parser.parse_args(argv)
    try:
        if given.verb == "update":
            return update()
        if given.verb == "release":
            return release()
        return missing(given.language) if given.verb == "missing" else take(given.language, given.files)
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
