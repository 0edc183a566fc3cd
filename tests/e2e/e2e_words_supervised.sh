#!/usr/bin/env bash
# Words about decks that a supervisor has: stop, start, restart and status go to it.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

cat >decks.conf <<END
log = recorders.log
deck "$DECK.a" { source = tone:ramp capacity = 10m }
deck "$DECK.b" { source = tone:ramp ring = 1m }
END

pid_of() {
    tapemap list --json | python3 -c '
import json, sys
print(*(row["recorder_pid"] for row in json.load(sys.stdin) if row["deck"] == sys.argv[1]))' "$1"
}

state_of() {
    tapemap status --json | python3 "$E2E/json_value.py" session decks "$1" state
}

start run tapemapd run --config decks.conf
wait_until "a records" head_reaches "$DECK.a" 4800
wait_until "b records" head_reaches "$DECK.b" 4800
status=$(tapemap status)
matches "the supervisor" "^supervisor of the session: process [0-9]+, configuration .*decks.conf" \
    "$status"
matches "its deck" "  $DECK.a  running  process [0-9]+  0 restarts" "$status"

old=$(pid_of "$DECK.a")
matches "restart" "^restarted deck '$DECK.a': process [0-9]+\$" "$(tapemap restart "$DECK.a")"
wait_until "a records again" head_reaches "$DECK.a" 4800
[[ $(pid_of "$DECK.a") != "$old" ]] || complain "the same process records"

# Stopped, it is not started again; marks and so on find no recorder.
same "stop" "stopped deck '$DECK.a'" "$(tapemap stop "$DECK.a")"
same "its state" stopped "$(state_of 0)"
fails 1 "no recorder of it runs" tapemap mark "$DECK.a" text
matches "start" "^started deck '$DECK.a': process [0-9]+\$" "$(tapemap start "$DECK.a")"
wait_until "a records once more" head_reaches "$DECK.a" 4800
fails 1 "cannot start deck '$DECK.c': there is no deck '$DECK.c' in the configuration" \
    tapemap start "$DECK.c"

# Who dies leaves to the next supervisor what is stopped; who ends properly does not.
tapemap stop "$DECK.a" >/dev/null
kill_outright run
start run tapemapd run --config decks.conf
wait_until "b is taken over" grep -q "deck '$DECK.b': process [0-9]* records it already" run.err
same "what was stopped" stopped "$(state_of 0)"
tapemapd stop || complain "stop ended with code $?"
ends run 0
start run tapemapd run --config decks.conf
wait_until "a records anew" head_reaches "$DECK.a" 4800
wait_until "b records anew" head_reaches "$DECK.b" 4800

# One that nobody supervises stands beside them.
start alone tapemapd record --deck "$DECK.alone" --source tone:ramp
wait_until "the third records" head_reaches "$DECK.alone" 4800
same "stop of the one without a supervisor" "stopped deck '$DECK.alone'" \
    "$(tapemap stop "$DECK.alone")"
ends alone 0
tapemap stop "$DECK.b" >/dev/null
tapemap stop "$DECK.a" >/dev/null
same "the first" stopped "$(state_of 0)"
same "the second" stopped "$(state_of 1)"
interrupt run
ends run 0
passed
