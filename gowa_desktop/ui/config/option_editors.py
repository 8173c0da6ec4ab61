"""Which editor an option gets: by its kind, and within a kind by what the table says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.options import OptionKind
from gowa_desktop.ui.config.extra_options import ENVIRONMENT
from gowa_desktop.ui.config.list_editor import ListEditor, WebhooksEditor
from gowa_desktop.ui.config.pairs_editor import EnvironmentEditor, LoginsEditor
from gowa_desktop.ui.config.plain_editors import (
    BoolEditor,
    ChoiceEditor,
    DurationEditor,
    LinesEditor,
    NumberEditor,
    OpenChoiceEditor,
    TextEditor,
)
from gowa_desktop.ui.config.secret_editor import AddressEditor, SecretEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.options import Option
    from gowa_desktop.ui.config.option_editor import OptionEditor

WEBHOOKS = "webhooks"
"""The key of the one list whose items have switches."""


def make_editor(option: Option, parent: QWidget, generate: Callable[[], str]) -> OptionEditor:
    """Make the editor of an option; `generate` makes secrets."""
    match option.kind:
        case OptionKind.BOOL:
            return BoolEditor(option, parent)
        case OptionKind.INT:
            return NumberEditor(option, parent)
        case OptionKind.DURATION:
            return DurationEditor(option, parent)
        case OptionKind.LIST:
            return _list_editor(option, parent)
        case OptionKind.LOGINS:
            return LoginsEditor(option, parent, generate)
        case OptionKind.TEXT:
            return _text_editor(option, parent, generate)


def _list_editor(option: Option, parent: QWidget) -> OptionEditor:
    if option.key == ENVIRONMENT:
        return EnvironmentEditor(option, parent)
    return WebhooksEditor(option, parent) if option.key == WEBHOOKS else ListEditor(option, parent)


def _text_editor(option: Option, parent: QWidget, generate: Callable[[], str]) -> OptionEditor:
    if option.choices:
        return OpenChoiceEditor(option, parent) if option.allows_other else ChoiceEditor(option, parent)
    if option.is_secret and option.text_format is None:
        # A token is given by somebody else; a secret is ours to make.
        return SecretEditor(option, parent, generate if option.key.lower().endswith("secret") else None)
    if option.is_secret:
        return AddressEditor(option, parent)
    return LinesEditor(option, parent) if option.is_multiline else TextEditor(option, parent)
