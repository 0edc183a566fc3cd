#!/usr/bin/env bash
# A recorder that hangs is told of, ended and started again; one that does not hear that it is to
# stop is ended in the end, and `tapemapd stop` does not call that success.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

cat >decks.conf <<END
log = decks.log
deck "$DECK.a" { source = tone:ramp store = file output = tapes extent = 4MiB keep_free = 0 }
END

# The process of this system that the deck's recorder is.
host_pid() {
    pgrep -f -- "tapemapd.exe record --deck=$DECK.a " | head -n 1
}

clean_up_recorders() {
    local pid
    pid=$(host_pid) && [[ -n $pid ]] && kill -KILL "$pid"
    return 0
}

is_another() {
    local pid
    pid=$(host_pid) && [[ -n $pid && $pid != "$1" ]]
}

start run tapemapd run --config decks.conf
wait_until "it records" head_reaches "$DECK.a" 4800
old=$(host_pid)
tape=$(fact "$DECK.a" id)
kill -STOP "$old"
wait_until "it is told" grep -q "has shown no sign of life for 10 s" decks.log
wait_until "another one records" is_another "$old"
wait_until "its end is told" grep -q "for 30 s; it was ended, and is started again" decks.log
wait_until "the tape goes on" fact_is "$DECK.a" resume_count 1
same "the tape" "$tape" "$(fact "$DECK.a" id)"
matches "the status" "for 30 s; it was ended" "$(tapemap status)"

kill -STOP "$(host_pid)"
fails 1 "not every deck has stopped properly" tapemapd stop
ends run 1
grep -q "did not hear in 20 s that it is to stop, and was ended" run.err ||
    complain "it does not say so: $(cat run.err)"
wait_until "no recorder is left" eval '[[ -z $(host_pid) ]]'
passed
