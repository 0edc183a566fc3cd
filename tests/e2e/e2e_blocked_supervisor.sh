#!/usr/bin/env bash
# A supervisor whose stderr takes no more text goes on: it starts again what dies, answers, and ends.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# is_new DECK PID: another process than this one records it.
is_new() {
    local pid
    pid=$(state "$1" pid) && [[ -n $pid && $pid != "$2" ]]
}

echo "deck \"$DECK\" { source = tone:ramp rate = 48000 channels = 2 format = s16 capacity = 1h }" \
    >decks.conf
mkfifo run.err
exec {pipe}<>run.err
pipes[run]=$pipe
start run tapemapd run --config decks.conf
wait_until "the deck records" head_reaches "$DECK" 4800
python3 "$E2E/fill_pipe.py" run.err

for restart in 1 2; do
    pid=$(state "$DECK" pid)
    kill -KILL "$(host_pid "$DECK")"
    wait_until "it is started again" is_new "$DECK" "$pid"
    wait_until "it records again" fact_is "$DECK" state recording
    head=$(fact "$DECK" head_frames)
    wait_until "it records on" head_reaches "$DECK" $((head + 4800))
    same "the restarts" "$restart" "$(state "$DECK" restarts)"
done
same "the reload" "unchanged: $DECK" "$(tapemapd reload | tr -d '\r')"

# What nobody reads holds up neither who asks for the end nor the end.
tapemapd stop >/dev/null
ends run 0
passed
