#!/usr/bin/env bash
# selftest in a folder on a small volume fills that up for a moment, and says what came of it.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$E2E/volume_common.sh"

make_volume small tmpfs 4
before=$(room_in small)
code=0
tapemapd selftest --no-sound --folder small >small.out || code=$?
# Or no answer came in time, on a machine that does much else.
matches "D4" "^D4 (differs, harmless: .*: WriteFile: error 112; a hole that was touched: exception 0xc\
|not testable here: .*: (no answer within|the [0-9]+ s that all may take were over))" \
    "$(grep '^D4 ' small.out)"
same "what differs of files" "" "$(grep -E '^[FD][0-9]+ differs: ' small.out || true)"
is_as_before() {
    [[ -z $(ls -A small) && $(room_in small) == "$before" ]]
}
wait_until "nothing is left in the folder, and there is as much room as before" is_as_before
passed
