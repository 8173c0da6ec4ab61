"""The keys of every action: what they are by default, what a person made of them, and which of them collide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.ui.look.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QAction, QIcon

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_NATIVE = QKeySequence.SequenceFormat.NativeText
_BUSY_KEYS = frozenset({
    Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Space, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
})  # fmt: skip
"""Keys that lead through the window; taken away, it could not be used without a mouse."""
_TYPING = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class ShortcutKeeper(QObject):
    """Gives actions their keys. Main thread; lives as long as the window.

    Only what differs from the default is stored: a map from the name of an action to a key sequence in Qt's portable form, such as
    `Ctrl+K`; empty means none at all. Names that are not known here are kept.
    """

    changed = Signal()
    """Some action has other keys now."""

    def __init__(
        self, actions: Sequence[QAction], load: Callable[[], Mapping[str, str]], save: Callable[[Mapping[str, str]], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._actions = {name_of(action): action for action in actions}
        self._defaults = {name: action.shortcut().toString(_PORTABLE) for name, action in self._actions.items()}
        self._load = load
        self._save = save
        self.apply()

    @property
    def actions(self) -> list[QAction]:
        """Every action, in the order of the menus."""
        return list(self._actions.values())

    def is_changed(self, action: QAction) -> bool:
        """Tell whether an action has other keys than by default."""
        return action.shortcut().toString(_PORTABLE) != self._defaults[name_of(action)]

    def default(self, action: QAction) -> QKeySequence:
        """Give the keys that an action has by default."""
        return QKeySequence(self._defaults[name_of(action)])

    def conflicts(self, action: QAction, keys: QKeySequence) -> list[QAction]:
        """Give the other actions that have these keys."""
        if keys.isEmpty():
            return []
        return [other for other in self._actions.values() if other is not action and other.shortcut() == keys]

    def assign(self, action: QAction, keys: QKeySequence) -> None:
        """Give an action other keys, and take them from whichever has them now; empty keys leave it without any.

        Raises:
            SettingInvalidError: these keys are needed for typing or for going through the window.
            DatabaseError: it cannot be stored; then nothing is changed.
        """
        check_keys(keys)
        wanted = {name_of(other): "" for other in self.conflicts(action, keys)}
        self._store({**wanted, name_of(action): keys.toString(_PORTABLE)})

    def reset(self, action: QAction) -> None:
        """Give an action its default keys, and take them from whichever has them now.

        Raises:
            DatabaseError: it cannot be stored; then nothing is changed.
        """
        self.assign(action, self.default(action))

    def reset_all(self) -> None:
        """Give every action its default keys.

        Raises:
            DatabaseError: it cannot be stored; then nothing is changed.
        """
        self._store(self._defaults)

    def apply(self) -> None:
        """Bring keys and tool tips in line with what is stored."""
        stored = self._load()
        for name, action in self._actions.items():
            action.setShortcut(QKeySequence.fromString(stored.get(name, self._defaults[name]), _PORTABLE))
            action.setToolTip(with_keys(plain_text(action), action))
        self.changed.emit()

    def _store(self, wanted: Mapping[str, str]) -> None:
        merged = {**self._load(), **wanted}
        self._save({name: keys for name, keys in merged.items() if keys != self._defaults.get(name)})
        self.apply()


def check_keys(keys: QKeySequence) -> None:
    """Check that keys may stand for an action.

    Raises:
        SettingInvalidError: they are needed for typing or for going through the window.
    """
    if keys.isEmpty():
        return
    first = keys[0]  # type: ignore[index]  # PySide6 can, its stubs do not say so
    key, modifiers = first.key(), first.keyboardModifiers()
    shown = keys.toString(_NATIVE)
    if modifiers in _TYPING and key in _BUSY_KEYS:
        raise SettingInvalidError(
            _tr("{keys} leads through the window.").format(keys=shown), _tr("Take it together with Ctrl or Alt.")
        )
    is_function_key = Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35 or key in {Qt.Key.Key_Delete, Qt.Key.Key_Insert}
    if modifiers in _TYPING and not is_function_key:
        raise SettingInvalidError(_tr("{keys} is needed for typing.").format(keys=shown), _tr("Take it together with Ctrl or Alt."))


def name_of(action: QAction) -> str:
    """Give the name under which the keys of an action are stored."""
    return action.objectName().removeprefix("action_")


def plain_text(action: QAction) -> str:
    """Give the name of an action without the mark of its letter key and without …"""
    return action.text().replace("&", "").removesuffix("…")


def plain_icon(action: QAction) -> QIcon:
    """Give the icon of an action in the colour of text, also of one whose button is filled."""
    glyph = action.property("glyph")
    return icon(glyph) if isinstance(glyph, str) else action.icon()


def with_keys(text: str, action: QAction) -> str:
    """Put the keys of an action behind a text, where it has any."""
    keys = keys_text(action)
    return _tr("{text} ({keys})").format(text=text, keys=keys) if keys else text


def keys_text(action: QAction) -> str:
    """Give the keys of an action as this platform writes them; empty when it has none."""
    return action.shortcut().toString(_NATIVE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ShortcutKeeper", text)
