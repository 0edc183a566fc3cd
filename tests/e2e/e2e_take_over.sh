#!/usr/bin/env bash
# A new supervisor takes hold of the tape in memory that it finds before it starts ten more
# recorders: that tape's own recorder may die meanwhile.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

deck=$DECK.held
echo "deck \"$deck\" { source = tone:ramp capacity = 1h }" >decks.conf
start first tapemapd run --config decks.conf
wait_until "$deck records" head_reaches "$deck" 4800
tape=$(fact "$deck" id)
kill_outright first

for number in 1 2 3 4 5 6 7 8 9 10; do
    echo "deck \"$DECK.$number\" { source = tone:silence ring = 1m }" >>decks.conf
done
old=$(host_pid "$deck")
start second tapemapd run --config decks.conf
wait_until "it starts others" grep -q "deck '$DECK.5': recorded by" second.err
kill -KILL "$old"
wait_until "its restart is told" grep -q "deck '$deck': recorded by" second.err
wait_until "it was resumed" fact_is "$deck" resume_count 1
wait_until "$deck goes on" head_reaches "$deck" $(($(fact "$deck" head_frames) + 4800))
same "the tape that goes on" "$tape" "$(fact "$deck" id)"

# Wine may hang at a Ctrl+C that comes while a process is being started.
wait_until "all are started" grep -q "deck '$DECK.10': recorded by" second.err
for name in held 1 2 3 4 5 6 7 8 9 10; do
    wait_until "$DECK.$name records" fact_is "$DECK.$name" state recording
done
interrupt second
ends second 0
passed
