#!/usr/bin/env bash
# A supervisor whose recorders are restarted, killed and asked again and again holds no more handles
# for it in the end.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

cat >decks.conf <<END
deck "$DECK.file" {
    source = tone:ramp store = file output = tapes extent = 1MiB keep_free = 0 rate = 8000
}
deck "$DECK.ring" { source = tone:ramp ring = 1m rate = 8000 }
END
decks=("$DECK.file" "$DECK.ring")

restart_all() {
    local deck
    for deck in "${decks[@]}"; do
        tapemap restart "$deck" >/dev/null
        wait_until "$deck records" state_is "$deck" state running
    done
}

kill_all() {
    local deck old
    for deck in "${decks[@]}"; do
        old=$(state "$deck" pid)
        kill -KILL "$(host_pid "$deck")"
        wait_until "$deck is started again" has_another "$deck" "$old"
    done
}

has_another() {
    state_is "$1" state running && [[ $(state "$1" pid) != "$2" ]]
}

handles() {
    timeout -k 5 "$PATIENCE" bash "$ROOT/scripts/wine.sh" "$BIN/handle_count.exe" \
        "$(supervisor_pid)" | tr -d '\r'
}

supervisor_pid() {
    tapemapd status --json | python3 "$E2E/json_value.py" pid
}

# Under Wine handle_count tells the lowest free handle, which may rise a little as gaps are filled.
# One lost at each of the twenty restarts would be twenty.
holds_no_more() {
    now=$(handles) && ((now < most + 8))
}

start run tapemapd run --config decks.conf
for deck in "${decks[@]}"; do
    wait_until "$deck records" state_is "$deck" state running
done
# Whenever a recorder begins, the handles of its tape are a moment behind it.
most=0
for round in 1 2 3 4; do
    ((round > 2)) || kill_all
    restart_all
    now=$(handles)
    ((now <= most)) || most=$now
done
((most > 10)) || die "the supervisor seems to hold $most handles"
for round in 1 2 3 4 5 6 7 8 9 10; do
    restart_all
done
echo "$most handles, then $(handles)"
wait_until "it holds no more handles than the $most it had" holds_no_more
tapemapd stop >/dev/null
ends run 0
passed
