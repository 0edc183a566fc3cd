#!/usr/bin/env bash
# What `--json` prints: JSON, with the keys and kinds of values that are promised.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

deck="$DECK é'1'"

# is_right STATE: what `list` and `info` say about the deck in this state; a recorder that gets no
# processor for two seconds is stalled for that long.
is_right() {
    tapemap list --json >list.json || return
    tapemap info "$deck" --json >info.json || return
    python3 "$E2E/check_json.py" "$1" "$deck" list.json info.json
}

feed recorder
start recorder tapemapd record --deck "$deck" --source stdin --format f32 --rate 44100 \
    --channels 5 <recorder.in
wait_until "it is listed" is_listed "$deck"
wait_until "list and info are right while it starts" is_right starting
send recorder f32 5 0 50000
wait_until "all is recorded" fact_is "$deck" head_frames 50000
wait_until "it records" fact_is "$deck" state recording
wait_until "list and info are right while it records" is_right recording
hold holder "$deck"
end_feed recorder
ends recorder 0
wait_until "list and info are right at its end" is_right ended
release holder
tapemapd devices --json | python3 "$E2E/check_json.py" devices || complain "devices"
passed
