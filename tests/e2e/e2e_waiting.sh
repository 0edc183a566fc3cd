#!/usr/bin/env bash
# Decks without a tape: one waits for its device, one cannot be recorded. They are seen and stopped
# like others, and a new supervisor takes them over.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$ROOT/scripts/wine-env.sh"
export PULSE_SERVER=unix:$SCRATCH/nobody PULSE_CLIENTCONFIG=/dev/null

# Past wine.sh, which would find the sound server of the other tests.
tapemapd() {
    timeout -k 5 $((2 * PATIENCE)) wine "$BIN/tapemapd.exe" "$@"
}

start_daemon() {
    local name=$1
    shift
    run_alone wine "$BIN/tapemapd.exe" "$@" >"$name.out" 2>"$name.err" &
    pids[$name]=$!
}

cat >decks.conf <<END
deck "$DECK.gone" { source = 'portaudio:WASAPI:nosuch' when_lost = wait }
deck "$DECK.bad" { source = 'audio:$DECK.no-such-file.wav' }
deck "$DECK.good" { source = tone:ramp ring = 1m }
END

waits() {
    [[ $(tapemap status "$DECK.gone" --json 2>/dev/null |
        python3 "$E2E/json_value.py" state 2>/dev/null) == source-lost ]]
}

start_daemon run run --config decks.conf
wait_until "the third records" head_reaches "$DECK.good" 4800
wait_until "the first waits" waits
listed() {
    tapemap list 2>/dev/null | tr -d '\r' | grep -E "^$DECK.$1 +- .*$2" >/dev/null
}
wait_until "the first is listed" listed gone "source-lost"
wait_until "the second is listed" listed bad "waiting .*no-such-file"

# What is noted was so at a time, and says why.
failure=$(state "$DECK.bad" failure)
matches "why the second failed" "^process [0-9]+ ended with code 1: .*no-such-file" "$failure"
[[ $failure != *"it is started again"* ]] || complain "it tells what may have come long since"
matches "when it failed" "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T.*Z\$" "$(state "$DECK.bad" failed_at)"
fails 1 "cannot mark deck '$DECK.gone': its source is not there yet" \
    tapemap mark "$DECK.gone" text

# It is found by the next supervisor.
pid=$(state "$DECK.gone" pid)
kill_outright run
start_daemon again run --config decks.conf
wait_until "it is taken over" grep -q "deck '$DECK.gone': process $pid records it already" again.err

# Stopped by hand, and started; in the end nothing is left.
same "stop" "stopped deck '$DECK.gone'" "$(tapemap stop "$DECK.gone")"
same "its state" stopped "$(state "$DECK.gone" state)"
wait_until "a stopped deck is listed" listed gone stopped
matches "start" "^started deck '$DECK.gone'" "$(tapemap start "$DECK.gone")"
wait_until "it waits again" waits
tapemapd stop || complain "stop ended with code $?"
ends again 0
wait_until "no recorder is left" no_recorder_is_left
passed
