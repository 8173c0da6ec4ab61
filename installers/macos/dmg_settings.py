"""What dmgbuild is told: a window with the program on the left and the folder Applications on the right; values come by -D."""

defines: dict[str, str] = globals()["defines"]  # dmgbuild runs this file with it

application = defines["app"]
name = defines["name"]
format = "ULMO"  # noqa: A001 - the name that dmgbuild reads; LZMA, which macOS opens since 10.15
filesystem = "HFS+"
files = [application]
symlinks = {"Applications": "/Applications"}
icon = defines["icon"]
icon_locations = {f"{name}.app": (150, 170), "Applications": (450, 170)}
background = "builtin-arrow"
window_rect = ((200, 200), (600, 400))
icon_size = 112
text_size = 13
default_view = "icon-view"
show_status_bar = False
show_tab_view = False
show_toolbar = False
show_pathbar = False
show_sidebar = False
