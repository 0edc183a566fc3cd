#!/usr/bin/env bash
# reference.sh [FILE]: writes docs/reference.md, or FILE, from what the programs of the release
# build say of themselves.
set -euo pipefail
source "$(dirname "$0")/common.sh"

BIN=${TAPEMAP_BIN:-$ROOT/build/release/bin}
reference=$(realpath -m "${1:-$ROOT/docs/reference.md}")

# ask PROGRAM ARGS...: what it prints.
ask() {
    bash "$ROOT/scripts/wine.sh" "$BIN/$1.exe" "${@:2}" </dev/null
}

page() {
    printf '\n### %s\n\n' "$1"
    printf '```\n%s\n```\n' "$(ask "$2" help "$3")"
}

# program NAME SENTENCE: its overview, its verbs and its topics.
program() {
    local name=$1 verb topic summary
    printf '\n## %s\n\n%s\n\n' "$name" "$2"
    printf '```\n%s\n```\n' "$(ask "$name" help)"
    while read -r verb summary; do
        [[ $verb == help ]] || page "$name $verb: ${summary,}" "$name" "$verb"
    done < <(ask "$name" help verbs)
    for topic in $(ask "$name" help topics); do
        page "$name help $topic" "$name" "$topic"
    done
}

write() {
    cat <<'END'
# Reference of the two programs

`scripts/reference.sh` makes this file of what the programs say of themselves. `PROGRAM help VERB`
and `PROGRAM VERB --help` print the same. Both programs end with 0 when they did what was asked, with
1 when they failed, and with 2 when the command line was wrong; a failure is one sentence on stderr.
END
    program tapemap 'It reads what is recorded, live or later, and speaks to recorders. It needs
`tapemap.dll` beside it.'
    program tapemapd 'It records: one deck from a command line, or several from a configuration.'
}

trap 'rm -f "$reference.part"' EXIT
write >"$reference.part"
mv "$reference.part" "$reference"
