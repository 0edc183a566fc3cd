#!/usr/bin/env bash
# A deck with a duration under a supervisor, whose file cannot be completed in the end: it is
# recorded once, and what is left to do is told. The file is moved away meanwhile, which here is
# possible.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

cat >decks.conf <<END
deck "$DECK" {
    source = tone:ramp store = file output = takes extent = 1MiB keep_free = 0 duration = 12s
}
END
start run tapemapd run --config decks.conf
wait_until "it records" head_reaches "$DECK" 4800
file=$(find takes -name '*.wav')
mv "$file" away.wav
wait_until "it is done" state_is "$DECK" state "done"
left="a file of it is not complete; 'tapemap recover' completes it, or says why not"
wait_until "that is told" grep -q "done what it was to do, but $left; it is not started" run.err
same "the failure" "$left" "$(state "$DECK" failure)"
mv away.wav "$file"
tapemap recover "$file" >recover.out || complain "recover failed: $(<recover.out)"
[[ ! -e $file.index ]] || complain "$file was not completed"
same "the frames" 576000 "$(soxi -s "$file")"
same "the tapes" "$file" "$(find takes -name '*.wav')"
tapemapd stop >stop.out
ends run 0
passed
