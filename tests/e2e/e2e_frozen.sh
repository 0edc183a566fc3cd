#!/usr/bin/env bash
# A recorder that hangs is told of, ended and started again; one that does not hear that it is to
# stop is ended in the end, and `tapemapd stop` does not call that success.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

cat >decks.conf <<END
log = decks.log
deck "$DECK.a" { source = tone:ramp store = file output = tapes extent = 4MiB keep_free = 0 }
deck "$DECK.b" { source = tone:ramp ring = 5m }
END

is_another() {
    local pid
    pid=$(host_pid "$1") && [[ -n $pid && $pid != "$2" ]]
}

# says DECK PATTERN
says() {
    grep -q "deck '$1': .*$2" decks.log
}

start run tapemapd run --config decks.conf
declare -A old=() tape=()
for deck in "$DECK.a" "$DECK.b"; do
    wait_until "$deck records" head_reaches "$deck" 4800
    old[$deck]=$(host_pid "$deck")
    tape[$deck]=$(fact "$deck" id)
    kill -STOP "${old[$deck]}"
done
for deck in "$DECK.a" "$DECK.b"; do
    wait_until "it is told of $deck" says "$deck" "has shown no sign of life for 10 s"
    wait_until "another one records $deck" is_another "$deck" "${old[$deck]}"
    wait_until "its end is told" says "$deck" "for 30 s; it was ended, and is started again"
    wait_until "the tape of $deck goes on" fact_is "$deck" resume_count 1
    same "the tape of $deck" "${tape[$deck]}" "$(fact "$deck" id)"
done
matches "the status" "for 30 s; it was ended" "$(tapemap status)"

kill -STOP "$(host_pid "$DECK.a")"
fails 1 "not every deck has stopped properly" tapemapd stop
ends run 1
grep -q "did not hear in 20 s that it is to stop, and was ended" run.err ||
    complain "it does not say so: $(cat run.err)"
wait_until "no recorder is left" no_recorder_is_left
passed
