#!/usr/bin/env bash
# Ctrl+C while recorders are being started. Wine makes a thread in its signal's handler: in the
# thread that is just forking, that never comes back. Here each fork of the main thread gets such a signal.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
command -v strace >/dev/null || skip "there is no strace to send a signal into a fork"

for i in 1 2 3 4 5 6; do
    echo "deck \"$DECK.$i\" { source = tone:ramp ring = 10s }"
done >decks.conf

start run tapemapd run --config decks.conf
wait_until "the first is started" grep -q "recorded by process" run.err
strace -qq -o strace.out -e trace=clone,fork,vfork \
    -e inject=clone,fork,vfork:signal=SIGINT -p "${pids[run]}" 2>strace.err &
pids[strace]=$!
is_traced() {
    ! grep -q "^TracerPid:.0\$" "/proc/${pids[run]}/status"
}
is_traced_or_refused() {
    is_traced || is_gone "${pids[strace]}"
}
wait_until "it is traced" is_traced_or_refused
is_traced || is_gone "${pids[run]}" || skip "no process may be traced: $(cat strace.err)"
wait_until "the last is started" grep -qE "$DECK.6': recorded by process|every deck has" run.err
interrupt run
ends run 0
passed
