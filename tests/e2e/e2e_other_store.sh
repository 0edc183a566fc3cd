#!/usr/bin/env bash
# A deck in memory that becomes one of files while its supervisor holds its tape, because the
# recorder died and could not be started again: it is recorded to files.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

configure() {
    printf 'deck "%s" { source = "audio:there.wav" speed = 1x %s }\n' "$DECK" "$1" >decks.conf
}

configure ""
sox -n -r 48000 -c 2 -b 16 there.wav synth 600 sine 440 vol 0.5
start run tapemapd run --config decks.conf
wait_until "it records" head_reaches "$DECK" 24000
mv there.wav away.wav
kill -KILL "$(host_pid "$DECK")"
wait_until "it finds no source" grep -q "there is no file 'there.wav'" run.err

configure "store = file output = takes extent = 1MiB keep_free = 0"
tapemapd reload >reload.out
# Whichever it was: its process may have ended meanwhile.
matches "what reload has changed" "^(re)?started: $DECK\$" "$(tr -d '\r' <reload.out)"
wait_until "the other tape is let go" grep -q "the tape that it had in memory is let go" run.err
mv away.wav there.wav
wait_until "it records again" head_reaches "$DECK" 24000
same "where to" file "$(fact "$DECK" storage)"
tapemapd stop >stop.out
ends run 0
passed
