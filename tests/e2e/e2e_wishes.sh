#!/usr/bin/env bash
# A supervisor that is killed leaves which decks were stopped or are done to the next one, but not to
# the one after a log-off or a start of the system.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

cat >decks.conf <<END_OF_DECKS
deck "$DECK.done" { source = tone:ramp ring = 1m duration = 1s }
deck "$DECK.stopped" { source = tone:ramp ring = 1m }
END_OF_DECKS

start first tapemapd run --config decks.conf
wait_until "the first has done its second" state_is "$DECK.done" state "done"
wait_until "the second records" head_reaches "$DECK.stopped" 4800
tapemap stop "$DECK.stopped" >stop.out || complain "it does not stop: $(cat stop.out)"
wait_until "the second is stopped" state_is "$DECK.stopped" state stopped
wait_until "both are noted" grep -q "^done .* $DECK.done" decks.conf.wishes
kill_outright first

start second tapemapd run --config decks.conf
wait_until "it says so of the first" \
    grep -q "deck '$DECK.done': it has done what it was to do, under an earlier" second.err
wait_until "it says so of the second" \
    grep -q "deck '$DECK.stopped': it was stopped under an earlier supervisor" second.err
same "the state of the first" "done" "$(state "$DECK.done" state)"
same "the state of the second" stopped "$(state "$DECK.stopped" state)"
kill_outright second

matches "the first line" '^since [0-9a-f]{16}$' "$(head -1 decks.conf.wishes)"
sed -i 's/^since .*/since 0123456789abcdef/' decks.conf.wishes
start third tapemapd run --config decks.conf
wait_until "it says that they are recorded again" grep -q "are recorded again" third.err
wait_until "the first has done it again" grep -q "deck '$DECK.done': .* done" third.err
wait_until "the second records again" state_is "$DECK.stopped" state running
wait_until "the first is done" state_is "$DECK.done" state "done"
tapemap stop "$DECK.stopped" >stop.out
wait_until "both are noted" grep -q "^stopped .* $DECK.stopped" decks.conf.wishes
kill_outright third

# A proper end leaves nothing behind.
start last tapemapd run --config decks.conf
wait_until "it says so of the first" grep -q "it has done what it was to do" last.err
wait_until "it answers" state_is "$DECK.done" state "done" # so its loop runs, which takes a Ctrl+C
interrupt last
ends last 0
[[ ! -e decks.conf.wishes ]] || complain "the file of wishes is left"
passed
