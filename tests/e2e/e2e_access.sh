#!/usr/bin/env bash
# Who else may read a deck, and where it is to be found: the options, between real processes. What
# each right comes to is in host_access_test; of files Wine keeps only who may read, write and run
# them, as this system's own bits.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# Names that nobody has: nothing is made.
fails 1 "recording deck '$DECK.x': --readers names 'no such person', and there is no such user" \
    tapemapd record --deck "$DECK.x" --source tone:ramp --readers "Everyone, no such person"
fails 1 "recording deck '$DECK.x': --controllers names '', and there is no such user" \
    tapemapd record --deck "$DECK.x" --source tone:ramp --controllers "BU,"

# strangers WHAT FILE: what people outside may do with it, as r, w and x.
strangers() {
    local mode
    mode=$(stat -c %A "$1")
    printf '%s' "${mode:7}"
}

# A file tape is nobody else's, unless they are readers; the folders that were made for it too.
record_file() {
    local folder=$1
    shift
    tapemapd record --deck "$DECK.file" --source tone:ramp --speed max --duration 1s --store file \
        --output "$folder" --quiet "$@"
}
record_file own
same "a stranger's rights on a folder" "---" "$(strangers "own/$DECK.file")"
same "a stranger's rights on the folder above" "---" "$(strangers own)"
for file in "own/$DECK.file"/*; do
    same "a stranger's rights on $file" "---" "$(strangers "$file")"
done
record_file shared --readers Everyone
same "a reader's rights on a folder" "r-x" "$(strangers "shared/$DECK.file")"
for file in "shared/$DECK.file"/*; do
    same "a reader's rights on $file" "r--" "$(strangers "$file")"
done

# Logs are nobody else's, whoever the readers are, and wherever they lie.
tapemapd record --deck "$DECK.log" --source tone:ramp --speed max --duration 1s --quiet \
    --log deck.log --readers Everyone
same "a stranger's rights on a log" "---" "$(strangers deck.log)"
fails 1 "--readers names 'no such person'" tapemapd record --deck "$DECK.log" --source tone:ramp \
    --log wrong.log --readers "no such person"
matches "what the log says" "--readers names 'no such person'" "$(<wrong.log)"
same "a stranger's rights on that log" "---" "$(strangers wrong.log)"

# The index of a tape that is being recorded lies beside it.
start shown tapemapd record --deck "$DECK.shown" --source tone:ramp --store file --output shown \
    --readers Everyone
wait_until "it records to files" head_reaches "$DECK.shown" 1000
for file in "shown/$DECK.shown"/*; do
    same "a reader's rights on $file" "r--" "$(strangers "$file")"
done
same "files of a tape" 2 "$(find shown -type f | wc -l)"
interrupt shown
ends shown 0

# A temporary file is not for readers: they have the sections.
start temporary tapemapd record --deck "$DECK.temporary" --source tone:ramp --store temp-file \
    --readers Everyone
wait_until "it records to a temporary file" head_reaches "$DECK.temporary" 1000
file=$(source "$ROOT/scripts/wine-env.sh" && find "$WINEPREFIX/drive_c" \
    -name "tapemap-$(fact "$DECK.temporary" id).wav")
same "a reader's rights on a temporary file" "---" "$(strangers "$file")"
interrupt temporary
ends temporary 0

# One deck for this session and one for all, of the same name: told apart, and each to be opened.
start mine tapemapd record --deck "$DECK.two" --source tone:ramp
start all tapemapd record --deck "$DECK.two" --source tone:silence --space global
spaces_of() {
    tapemap list --json | python3 -c '
import json, sys
rows = [row for row in json.load(sys.stdin) if row["deck"] == sys.argv[1]]
print(*(row["space"] + ":" + row["id"] for row in rows))' "$DECK.two"
}
both_are_listed() {
    [[ $(spaces_of) =~ ^global:[0-9a-f]{16}\ local:[0-9a-f]{16}$ ]]
}
wait_until "both are listed" both_are_listed
read -r global local <<<"$(spaces_of)"
same "tape that the name opens" "${global#global:}" "$(fact "$DECK.two" id)"
matches "source of the name's tape" "silence" "$(fact "$DECK.two" source)"
listed=$(tapemap list)
same "rows marked global" 1 "$(grep -F "$DECK.two" <<<"$listed" | grep -c "  global$")"
matches "row of the other" "${local#local:}.* readers?"$'\n' "$listed"$'\n'
fails 1 "'$DECK.two': it is being recorded by process" \
    tapemapd record --deck "$DECK.two" --source tone:ramp --space global
interrupt mine
interrupt all
ends mine 0
ends all 0
