#!/usr/bin/env bash
# Ctrl+C pressed twice, however quickly, ends a recording in order: the tape says so, its file is
# completed, and the exit code is that of one Ctrl+C.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# ends_in_order FILE PAUSE: between the two.
ends_in_order() {
    local file=$1 pause=$2
    start recorder tapemapd record --deck "$DECK" --source tone:ramp --store file --output "$file" \
        --extent 1MiB --keep-free 1MiB --flush never
    wait_until "it records" head_reaches "$DECK" 4800
    interrupt recorder
    sleep "$pause"
    interrupt recorder 2>/dev/null || true # it may have ended
    ends recorder 0
    [[ ! -e $file.index ]] || complain "$file was not completed"
    matches "state of $file" "ended \\(requested\\)" "$(tapemap info "./$file")"
    matches "verify $file" "every sample right" "$(tapemap verify "./$file" --ramp)"
}

count=0
for pause in 0 0 0.001 0.003 0.01 0.02; do
    count=$((count + 1))
    ends_in_order "$count.wav" "$pause"
done
passed
