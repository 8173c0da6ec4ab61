"""The stylesheet on top of Fusion: flat buttons, cards, header line. Everything else stays Fusion with our palette."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TEMPLATE = Template("""
#headerBar, QFrame[kind="bar"] { background: $panel; border: 0; border-bottom: 1px solid $line; }
#statusLine, QFrame[kind="foot"] { background: $panel; border: 0; border-top: 1px solid $line; }
#statusLine QLabel, QFrame[kind="foot"] QLabel { color: $muted; }
#nothingFound { background: $panel; }
#instancePanel, #panelBody, #panelScroll, #panelHeader, #emptyState, #versionDetails, #formBody, #formScroll {
  background: $background; border: 0; }
QSplitter::handle { background: $line; }

QPushButton, QToolButton { background: $panel; color: $text; border: 1px solid $edge; border-radius: 6px; padding: 5px 12px; }
QPushButton { min-height: 19px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $pressed; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $line; background: $panel; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QToolButton { padding: 5px 4px 5px 10px; }
QToolButton:focus { padding: 4px 3px 4px 9px; }
QPushButton[iconOnly="true"], QToolButton[iconOnly="true"] { padding: 5px 7px; }
QPushButton[iconOnly="true"]:focus, QToolButton[iconOnly="true"]:focus { padding: 4px 6px; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

QPushButton[kind="primary"], QToolButton[kind="primary"] {
  background: $accent_fill; color: $on_accent; border-color: $accent_fill; font-weight: 600; }
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover {
  background: $accent_fill_hover; border-color: $accent_fill_hover; }
QPushButton[kind="primary"]:pressed, QToolButton[kind="primary"]:pressed { background: $accent_text; }
QPushButton[kind="primary"]:focus, QToolButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled {
  background: $pressed; color: $muted; border-color: $line; }
QPushButton[kind="danger"] { color: $failed; border-color: $failed; }
QPushButton[kind="danger"]:disabled { color: $disabled; border-color: $line; }
QPushButton[kind="link"], QToolButton[kind="link"] {
  background: transparent; border: 1px solid transparent; color: $accent_text; font-weight: 600; padding: 2px 6px; min-height: 18px; }
QPushButton[kind="link"]:hover, QToolButton[kind="link"]:hover { background: $selection; }
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus { border: 2px solid $accent; padding: 1px 5px; }
QPushButton[kind="textLink"] {
  background: transparent; border: 1px solid transparent; color: $accent_text; font-weight: 600; text-align: left;
  padding: 2px 4px 2px 0; min-height: 18px; }
QPushButton[kind="textLink"]:hover { text-decoration: underline; }
QPushButton[kind="textLink"]:focus { border: 2px solid $accent; padding: 1px 3px 1px 0; }
QPushButton[kind="textLink"]:disabled { color: $disabled; }
QPushButton[kind="problem"] { background: transparent; border: 1px solid transparent; color: $failed; padding: 5px 6px; }
QPushButton[kind="problem"]:hover { background: $failed_ground; }
QPushButton[kind="problem"]:focus { border: 2px solid $failed; padding: 4px 5px; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QPushButton[kind="badge"] {
  background: $selection; border: 1px solid transparent; border-radius: 12px; color: $accent_text; font-weight: 600; padding: 1px 9px;
  min-height: 20px; }
QPushButton[kind="badge"]:hover { border-color: $accent; }
QPushButton[kind="badge"]:focus { border: 2px solid $accent; padding: 0 8px; }
QPushButton[kind="quietLink"] {
  background: transparent; border: 1px solid transparent; color: $muted; padding: 2px 6px; min-height: 18px; }
QPushButton[kind="quietLink"]:hover { background: $hover; color: $text; }
QPushButton[kind="quietLink"]:focus { border: 2px solid $accent; padding: 1px 5px; }
QToolButton[kind="quiet"] { background: transparent; border: 1px solid transparent; padding: 3px; }
QToolButton[kind="quiet"]:hover { background: $hover; }
QToolButton[kind="quiet"]:focus { border: 2px solid $accent; padding: 2px; }

QWidget[kind="segments"] QToolButton { border: 1px solid $edge; border-radius: 0; padding: 5px 12px; color: $muted; margin-left: -1px; }
QWidget[kind="segments"] QToolButton:hover { color: $text; }
QWidget[kind="segments"] QToolButton:checked { background: $selection; color: $text; font-weight: 600; }
QWidget[kind="segments"] QToolButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QWidget[density="compact"] QToolButton { padding: 5px 8px; }
QWidget[density="compact"] QToolButton:focus { padding: 4px 7px; }
QWidget[kind="segments"] QToolButton[place="first"] { border-top-left-radius: 6px; border-bottom-left-radius: 6px; margin-left: 0; }
QWidget[kind="segments"] QToolButton[place="last"] { border-top-right-radius: 6px; border-bottom-right-radius: 6px; }

QLineEdit, QSpinBox, QTimeEdit, QComboBox {
  background: $panel; color: $text; border: 1px solid $field_edge; border-radius: 6px; padding: 5px 8px; min-height: 19px;
  selection-background-color: $accent_fill; selection-color: $on_accent; placeholder-text-color: $muted; }
QLineEdit:focus, QSpinBox:focus, QTimeEdit:focus, QComboBox:focus { border: 2px solid $accent; padding: 4px 7px; }
QLineEdit:disabled, QSpinBox:disabled, QTimeEdit:disabled, QComboBox:disabled {
  color: $disabled; background: $background; border-color: $line; }
QLineEdit[invalid="true"], QSpinBox[invalid="true"], QTimeEdit[invalid="true"] { border-color: $failed; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: url("$icons/chevron-$name.svg"); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $edge; outline: 0; padding: 4px 0;
  selection-background-color: $selection; selection-color: $text; }
QSpinBox QLineEdit, QTimeEdit QLineEdit { background: transparent; border: 0; padding: 0; min-height: 0; }
QCheckBox, QRadioButton { spacing: 8px; padding: 4px 0; }
QCheckBox::indicator { width: 16px; height: 16px; background: $panel; border: 1px solid $muted; border-radius: 4px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent_fill; border-color: $accent_fill; image: url("$icons/check-$name.svg"); }
QRadioButton::indicator { width: 16px; height: 16px; background: $panel; border: 1px solid $muted; border-radius: 9px; }
QRadioButton::indicator:checked { background: $accent_fill; border-color: $accent_fill; image: url("$icons/dot-$name.svg"); }
QCheckBox::indicator:indeterminate { background: $accent_fill; border-color: $accent_fill; image: url("$icons/dash-$name.svg"); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { width: 14px; height: 14px; border: 2px solid $accent; }
QCheckBox::indicator:checked:focus, QRadioButton::indicator:checked:focus { border-color: $text; }
QSpinBox::up-button, QSpinBox::down-button, QTimeEdit::up-button, QTimeEdit::down-button {
  subcontrol-origin: border; border: 0; width: 26px; }
QSpinBox::up-button, QTimeEdit::up-button { subcontrol-position: top right; }
QSpinBox::down-button, QTimeEdit::down-button { subcontrol-position: bottom right; }
QSpinBox::up-arrow, QTimeEdit::up-arrow { image: url("$icons/chevron-up-$name.svg"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QTimeEdit::down-arrow { image: url("$icons/chevron-$name.svg"); width: 12px; height: 12px; }
#searchField { background: $background; }
QComboBox QLineEdit { background: transparent; border: 0; padding: 0; min-height: 0; }
QComboBox QLineEdit:focus { border: 0; padding: 0; }
QPlainTextEdit, QTextBrowser { placeholder-text-color: $muted; selection-background-color: $accent_fill; selection-color: $on_accent; }
QPlainTextEdit[kind="field"] { background: $panel; color: $text; border: 1px solid $field_edge; border-radius: 6px; padding: 2px 4px;
  placeholder-text-color: $muted; }
QPlainTextEdit[kind="field"][readOnly="true"] { border-color: $edge; }
QPlainTextEdit[kind="field"]:focus { border: 2px solid $accent; padding: 1px 3px; }
QPlainTextEdit[kind="field"]:disabled { color: $disabled; background: $background; border-color: $line; }
QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border-color: $failed; }

#panelTabs { background: $background; border: 0; border-bottom: 1px solid $line; }
#panelTabs::tab { background: transparent; color: $muted; border: 0; border-bottom: 2px solid transparent;
  padding: 6px 2px 7px 2px; margin-right: 16px; }
#panelTabs::tab:hover { color: $text; }
#panelTabs::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
#panelTabs::tab:focus { color: $accent_text; }

#sectionList { background: transparent; border: 0; outline: 0; }
#sectionList::item { padding: 6px 8px; border-radius: 6px; color: $muted; border: 2px solid transparent; }
#sectionList::item:hover { background: $hover; color: $text; }
#sectionList::item:selected { background: $selection; color: $text; }
#sectionList::item:selected:focus { border-color: $accent; }
#previewCommand, #previewEnvironment { background: $panel; border: 1px solid $line; }
#previewCommand:focus, #previewEnvironment:focus { border: 2px solid $accent; }
#logRows, #noticeList, #usageView { border: 2px solid transparent; }
#logRows:focus, #noticeList:focus, #usageView:focus { border-color: $accent; }
#saveBar { background: $panel; border: 0; border-top: 1px solid $line; }
QFrame[kind="strip"] { background: $notice_ground; border: 0; border-bottom: 1px solid $line; }

QListWidget[kind="rows"] { background: $panel; color: $text; border: 1px solid $edge; border-radius: 6px; outline: 0; padding: 3px; }
QListWidget[kind="rows"]:focus { border: 2px solid $accent; padding: 2px; }
QListWidget[kind="rows"]::item { padding: 3px 6px; border-radius: 4px; color: $text; }
QListWidget[kind="rows"]::item:hover { background: $hover; }
QListWidget[kind="rows"]::item:selected { background: $selection; color: $text; }
QListWidget[kind="rows"]::item:disabled { color: $disabled; }
QListWidget[kind="rows"]::indicator { width: 14px; height: 14px; background: $panel; border: 1px solid $muted; border-radius: 4px; }
QListWidget[kind="rows"]::indicator:checked { background: $accent_fill; border-color: $accent_fill; image: url("$icons/check-$name.svg"); }
QListWidget[kind="rows"]::indicator:indeterminate {
  background: $accent_fill; border-color: $accent_fill; image: url("$icons/dash-$name.svg"); }
QListWidget[kind="rows"]::indicator:disabled { border-color: $line; }
QListWidget[kind="sections"] { background: transparent; border: 0; outline: 0; }
QListWidget[kind="sections"]::item { color: $text; border: 2px solid transparent; border-radius: 6px; padding: 6px 8px; }
QListWidget[kind="sections"]::item:hover { background: $hover; }
QListWidget[kind="sections"]::item:selected { background: $selection; color: $text; }
QListWidget[kind="sections"]::item:selected:focus { border-color: $accent; }
QTableView { background: $panel; border: 0; outline: 0; }
QTableView[kind="framed"] { border: 1px solid $line; border-radius: 2px; }
QTableView[kind="framed"]:focus { border: 2px solid $accent; }
QTableWidget::item { padding: 0 5px; color: $text; }
QTableWidget::item:selected { background: $selection; }
QHeaderView { background: $panel; border: 0; }
QHeaderView::section {
  background: $panel; color: $muted; border: 0; border-bottom: 1px solid $line; padding: 0 8px; font-weight: 600; }
QHeaderView::section:hover { color: $text; }
QTableCornerButton::section { background: $panel; border: 0; }

QFrame[kind="card"] { background: $panel; border: 1px solid $line; border-radius: 8px; }
QFrame[kind="frame"] { background: $panel; border: 1px solid $line; border-radius: 2px; }
QScrollArea[kind="page"], QWidget[kind="page"] { background: transparent; border: 0; }
QScrollArea[kind="page"] { border: 2px solid transparent; border-radius: 8px; }
QScrollArea[kind="page"]:focus { border-color: $accent; }
QFrame[kind="crash"] { background: $failed_ground; border: 1px solid $failed; border-radius: 8px; }
QFrame[kind="notice"] { background: $notice_ground; border: 1px solid $retrying; border-radius: 8px; }
QFrame[kind="step"] { background: $panel; border: 1px solid $line; border-radius: 10px; }
QFrame[message="error"] { background: $failed_ground; border: 0; border-bottom: 1px solid $line; }
QFrame[message="good"] { background: $good_ground; border: 0; border-bottom: 1px solid $line; }
QFrame[message="lasting"] { background: $notice_ground; border: 0; border-bottom: 1px solid $retrying; }
QFrame[message="busy"] { background: $panel; border: 0; border-bottom: 1px solid $line; }
QPlainTextEdit[kind="code"] { background: $code_ground; color: $text; border: 0; border-radius: 6px; padding: 4px; }
QPlainTextEdit[kind="code"]:focus { border: 2px solid $accent; padding: 2px; }
QPlainTextEdit[kind="notes"], QTextBrowser[kind="notes"] { background: $panel; color: $text; border: 1px solid $line; border-radius: 8px;
  padding: 6px; placeholder-text-color: $muted; }
QPlainTextEdit[kind="notes"]:focus, QTextBrowser[kind="notes"]:focus { border: 2px solid $accent; padding: 5px; }

QLabel[tone="muted"] { color: $muted; }
QLabel[tone="strong"] { font-weight: 600; }
QLabel[tone="error"] { color: $failed; }
QLabel[tone="crashTitle"] { color: $failed; font-weight: 600; }
QLabel[tone="tag"] { color: $muted; border: 1px solid $line; border-radius: 4px; padding: 0 5px; }
QLabel[tone="notice"] { color: $notice_text; }
QLabel[tone="accent"] { color: $accent_text; }
#dropOverlay { background: $selection; border: 2px dashed $accent; border-radius: 12px; }

QPushButton#tagChip { border: 0; padding: 0; min-height: 0; background: transparent; }
#commandPalette { background: $panel; border: 1px solid $edge; }
QTreeWidget[kind="rows"] { background: $panel; color: $text; border: 1px solid $edge; border-radius: 6px; outline: 0; }
QTreeWidget[kind="rows"]:focus { border: 2px solid $accent; }
QTreeWidget[kind="rows"]::item { padding: 3px 6px; min-height: 20px; color: $text; border: 0; }
QTreeWidget[kind="rows"]::item:hover { background: $hover; }
QTreeWidget[kind="rows"]::item:selected { background: $selection; color: $text; }
QListView[kind="palette"] { background: $panel; color: $text; border: 0; outline: 0; }

QProgressBar { background: $pressed; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QMenu { background: $panel; border: 1px solid $edge; padding: 4px 0; }
QMenu::item { padding: 6px 28px 6px 12px; color: $text; }
QMenu::icon { padding-left: 10px; }
QMenu::indicator { left: 8px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }
QToolTip { background: $panel; color: $text; border: 1px solid $edge; padding: 4px 6px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
""")

_STILL = "QProgressBar, QScrollBar, QTreeView, QMenu, QComboBox { widget-animation-duration: 0; }\n"


def stylesheet(colors: Mapping[str, str], icons: Path, *, is_still: bool = False) -> str:
    """Fill the stylesheet with the colours of a theme, by name.

    Args:
        colors: the fields of `Colors`.
        icons: the folder of its pictures.
        is_still: whether nothing may move by itself.
    """
    return TEMPLATE.substitute(colors, icons=icons.as_posix()) + (_STILL if is_still else "")
