#!/bin/sh
# Installs @NAME@ @VERSION@ for one person, without root. Nothing is downloaded.
#   sh FILE.run              install or upgrade; what runs is not disturbed
#   sh FILE.run --remove     remove the program; the data folder stays
#   sh FILE.run --extract D  only unpack into the folder D
set -eu
umask 022
fail() { echo "$1" >&2; exit 1; }

[ -n "${HOME:-}" ] || fail "HOME is not set: set it to your home folder and try again."
data=${XDG_DATA_HOME:-$HOME/.local/share}
programs=$HOME/.local/lib/@SLUG@
links=$HOME/.local/bin

remove() {
    # The list of who opens what lists nobody when there is no other entry.
    for entry in "$data"/applications/*.desktop; do
        [ -e "$entry" ] || continue
        case "$entry" in */@SLUG@.desktop) ;; *) others=yes ;; esac
    done
    rm -f "$links/@SLUG@" "$data/applications/@SLUG@.desktop" "$data/metainfo/@IDENTIFIER@.metainfo.xml" "$data/man/man1/@SLUG@.1.gz"
    rm -f "$data"/icons/hicolor/*/apps/@SLUG@.png "$data"/icons/hicolor/*/apps/@SLUG@.svg "$data"/icons/hicolor/symbolic/apps/@SLUG@-symbolic.svg
    rm -f "${XDG_CONFIG_HOME:-$HOME/.config}/autostart/@SLUG@.desktop"
    rm -rf "$programs"
    if [ -n "${others:-}" ]; then refresh; else rm -f "$data/applications/mimeinfo.cache"; fi
    # Folders that were made for it go too, unless something else is in them.
    for size in "$data"/icons/hicolor/*; do rmdir -p "$size/apps" 2>/dev/null || :; done
    for folder in "$links" "$HOME/.local/lib" "$data/applications" "$data/metainfo" "$data/man/man1"; do
        rmdir -p "$folder" 2>/dev/null || :
    done
}

refresh() {
    if [ -d "$data/applications" ] && command -v update-desktop-database >/dev/null 2>&1; then
        update-desktop-database -q "$data/applications" || :
    fi
}

unpack() {
    command -v xz >/dev/null 2>&1 || fail "The tool xz is missing: install it (package xz or xz-utils) and try again."
    mkdir -p "$1"
    tail -c +@OFFSET@ "$0" | xz -dc | tar -xf - -C "$1" || fail "Unpacking failed: is the file complete, and is there 200 MB of room below $1?"
}

is_used() {
    for exe in /proc/[0-9]*/exe; do
        case "$(readlink "$exe" 2>/dev/null || :)" in "$1"/*) return 0 ;; esac
    done
    return 1
}

case "${1:-}" in
--remove)
    remove
    echo "@NAME@ is removed. Your data is still in $data/@SLUG@."
    exit 0 ;;
--extract)
    [ -n "${2:-}" ] || fail "Name a folder after --extract."
    unpack "$2"
    exit 0 ;;
"") ;;
*) sed -n '2,5p' "$0" | cut -c3-; exit 2 ;;
esac

[ "$(uname -m)" = "@MACHINE@" ] || fail "This program is for @MACHINE@ computers, and this one is $(uname -m)."
mkdir -p "$programs"
new=$programs/.new.$$
trap 'rm -rf "$new"' EXIT
trap 'exit 1' INT TERM
unpack "$new"
LANG=C "$new/lib/@SLUG@" --version >/dev/null 2>"$new/problem" || fail "The program does not start here: $(tail -n 1 "$new/problem")"
rm -f "$new/problem"

# Each version has a folder of its own that is never changed, so what runs from an older one goes on undisturbed.
target=$programs/@VERSION@
if [ -e "$target" ]; then
    old=$programs/.old.$$
    mv "$target" "$old"
fi
mv "$new/lib" "$target"
mkdir -p "$data" "$links"
(cd "$new/share" && tar -cf - .) | (cd "$data" && tar -xf -)
sed -i "s|@PLACEHOLDER@|$(printf '%s' "$links/@SLUG@" | sed 's/[&|\\]/\\&/g')|" "$data/applications/@SLUG@.desktop"
ln -sfn "$target/@SLUG@" "$links/@SLUG@.new" && mv -f "$links/@SLUG@.new" "$links/@SLUG@"
for folder in "$programs"/* "$programs"/.old.*; do
    if [ -d "$folder" ] && [ "$folder" != "$target" ] && ! is_used "$folder"; then rm -rf "$folder"; fi
done
refresh
echo "@NAME@ @VERSION@ is installed: find it in the menu of your desktop, or start $links/@SLUG@"
exit 0
