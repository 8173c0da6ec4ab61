"""Every colour of the window: light, dark, and both in high contrast. Tests compute the contrast of each pair that is used."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour of one theme as `#rrggbb`, and its name.

    `accent` and the state colours are for shapes; `accent_text`, `accent_fill`, `starting_text` and `notice_text` are the same hue
    where text is involved, because #1f8a5b with white reaches 4.3:1 only.
    """

    name: str
    """`light` or `dark`, which also names the pictures that the stylesheet uses."""
    background: str
    panel: str
    text: str
    muted: str
    line: str
    edge: str
    """Border of buttons and lists, which their contents tell from their ground."""
    field_edge: str
    """Border of fields, which nothing else tells from their ground: 3:1."""
    hover: str
    pressed: str
    selection: str
    accent: str
    accent_text: str
    accent_fill: str
    accent_fill_hover: str
    on_accent: str
    starting: str
    starting_text: str
    retrying: str
    notice_text: str
    failed: str
    failed_ground: str
    notice_ground: str
    good_ground: str
    code_ground: str
    disabled: str
    danger_fill: str
    on_danger: str


LIGHT = Colors(
    name="light", background="#f6f7f9", panel="#ffffff", text="#1d232b", muted="#606a76", line="#dfe3e8", edge="#ccd2d9",
    field_edge="#868e99", hover="#f0f3f5", pressed="#e3e8ec", selection="#e6f0ec", accent="#1f8a5b", accent_text="#197a4f",
    accent_fill="#1b8054", accent_fill_hover="#176f49", on_accent="#ffffff", starting="#2f6fd0", starting_text="#2661b9",
    retrying="#b26a00", notice_text="#8c5300", failed="#c5352f", failed_ground="#fdf1f0", notice_ground="#fdf6e9",
    good_ground="#edf6f1", code_ground="#f4f6f8", disabled="#87909b", danger_fill="#c5352f", on_danger="#ffffff",
)  # fmt: skip
DARK = Colors(
    name="dark", background="#1b1e23", panel="#23272e", text="#e6e9ee", muted="#98a2b0", line="#343a43", edge="#434b56",
    field_edge="#75808f", hover="#2b3038", pressed="#343a44", selection="#26382f", accent="#4cc38a", accent_text="#4cc38a",
    accent_fill="#4cc38a", accent_fill_hover="#62d09b", on_accent="#0e2419", starting="#6ea8ff", starting_text="#6ea8ff",
    retrying="#f0a63a", notice_text="#f0a63a", failed="#ff7a70", failed_ground="#35262a", notice_ground="#332d22",
    good_ground="#22332b", code_ground="#1b1e23", disabled="#768190", danger_fill="#ff7a70", on_danger="#2b0e0c",
)  # fmt: skip
LIGHT_CONTRAST = replace(
    LIGHT, background="#fafafa", text="#000000", muted="#333a42", line="#6b7580", edge="#4a535d", field_edge="#333a42",
    pressed="#dfe5ea", selection="#d3e9de", accent="#0f6a41", accent_text="#084a2c", accent_fill="#0b5735", accent_fill_hover="#08452a",
    starting="#174ea6", starting_text="#123f87", retrying="#7a4800", notice_text="#613900", failed="#8a120d", danger_fill="#8a120d",
    disabled="#5c6670",
)  # fmt: skip
DARK_CONTRAST = replace(
    DARK, background="#000000", panel="#0b0d10", text="#ffffff", muted="#d5dae1", line="#8a94a1", edge="#b4bcc7",
    field_edge="#d5dae1", hover="#1b2026", pressed="#252b32", selection="#0c3a27", accent="#6ee7ac", accent_text="#7aeeb5",
    accent_fill="#6ee7ac", accent_fill_hover="#8df2c0", starting="#a3c7ff", starting_text="#a3c7ff", retrying="#ffc26b",
    notice_text="#ffc26b", failed="#ffada6", failed_ground="#2a0f0d", notice_ground="#261b05", good_ground="#072617",
    code_ground="#000000", disabled="#a0aab5", danger_fill="#ffada6",
)  # fmt: skip
THEMES = (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)

LINES_ON_LIGHT = ("#1f8a5b", "#2f6fd0", "#b26a00", "#8b3fc7", "#c2378a", "#0e7f90", "#7a5c3a", "#5b6470")
LINES_ON_DARK = ("#4cc38a", "#6ea8ff", "#f0a63a", "#c69bff", "#ff8fc8", "#4fd0e0", "#d4b48c", "#aeb8c4")
"""Lines of a chart that compares instances, on a light and on a dark ground."""
