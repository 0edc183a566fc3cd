#!/usr/bin/env bash
# selftest: each line has its form, the list is that of docs/assumptions.md, and whatever is wrong
# around it or with it, it ends in time, says so, and leaves nothing behind.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"
source "$ROOT/scripts/wine-env.sh"

# Past wine.sh, which would find the sound server of other tests.
export PULSE_SERVER=unix:$SCRATCH/nobody PULSE_CLIENTCONFIG=/dev/null
tapemapd() {
    timeout -k 5 $((2 * PATIENCE)) wine "$BIN/tapemapd.exe" "$@"
}

LINE='^[A-Z][0-9]+ (holds|differs, harmless|differs|not testable here): [^:]+: .+$'
# How long something takes says nothing on a machine that does much else.
TIMED='^(F7|T4|T6|W1|W3) '
mkdir here

# What runs for a selftest in the folder of this test, and the processes that one has for a moment.
WORKER="tapemapd\\.exe selftest --worker .*$TEST\\.$$"
PEER="${ROOT//\//.}.*tapemapd\\.exe selftest --peer"

# late ID FILE: no answer came in time, which on such a machine is no verdict either.
late() {
    grep -qE "^$1 not testable here: .*: (no answer within|the [0-9]+ s that all may take were over|\
the other process (did not (begin|end)|could not begin))" "$2"
}

# is_clean: no file and no process is left.
is_clean() {
    [[ -z $(ls -A here) ]] && has_no_process
}

has_no_process() {
    ! pgrep -f "$WORKER|$PEER" >/dev/null
}

# looks_right FILE CODE: the form of all lines, and the exit code that follows from them.
looks_right() {
    local expected=0
    same "lines of no form in $1" "" "$(grep -E '^[A-Z][0-9]+ ' "$1" | grep -vE "$LINE" || true)"
    same "the number of lines in $1" "$count" "$(grep -cE "$LINE" "$1")"
    ! grep -qE '^[A-Z][0-9]+ differs: ' "$1" || expected=1
    same "the exit code for $1" "$expected" "$2"
    matches "the last line of $1" '^[0-9]+ hold, [0-9]+ differ and are harmless, [0-9]+ differ, ' \
        "$(tail -n 1 "$1")"
}

# verdict ID FILE
verdict() {
    sed -nE "s/^$1 ([^:]*): .*/\1/p" "$2"
}

# ---- The list -----------------------------------------------------------------------------------
code=0
tapemapd selftest --json --no-sound --folder here >report.json || code=$?
count=$(python3 -c 'import json; print(len(json.load(open("report.json"))["checks"]))')
same "what differs from the document" "" \
    "$(python3 "$E2E/assumptions.py" "$ROOT/docs/assumptions.md" report.json)"
same "ok" "$((code == 0))" "$(grep -c '"ok":.*true' report.json || true)"
wait_until "nothing is left of a run" is_clean

# ---- What was left by one that was killed -------------------------------------------------------
# No process has so great a number. What only looks like such a folder is left alone.
mkdir -p here/tapemap-selftest-{999999997/D11/deep,my-own,999999997x,0}
touch here/tapemap-selftest-999999997/{,D11/deep/}tape.wav here/tapemap-selftest-999999993
tapemapd selftest --json --no-sound --folder here >after.json || true
only_others_are_left() {
    [[ $(ls here | paste -sd ' ') == "tapemap-selftest-0 tapemap-selftest-999999993 \
tapemap-selftest-999999997x tapemap-selftest-my-own" ]]
}
wait_until "what a killed one left has gone, and nothing else" only_others_are_left
rm -r here/*

# ---- A whole run, and no sound server -----------------------------------------------------------
code=0
tapemapd selftest --folder here >whole.out 2>whole.err || code=$?
looks_right whole.out "$code"
same "what it says on stderr" "" "$(own_words <whole.err)"
same "what differs, and not in time" "" \
    "$(grep -E '^[A-Z][0-9]+ differs: ' whole.out | grep -vE "$TIMED" || true)"
for key in tapemapd windows wine processors memory commit_limit user folder volume portaudio \
    time_zone; do
    grep -qE "^$key +[^ ]" whole.out || complain "it does not say $key"
done
for id in M1 M3 M4 W2 W5 W6 F1 F3 F4 F5 F6 D1 D7 D9 D11 N1 N2 N3 N7 N8 N9 N10 N11 T1 C1 C4 C8; do
    [[ $id == F1 ]] || ! late $id whole.out || continue
    same "$id" holds "$(verdict $id whole.out)"
done
for id in M2 M5 M6 D8 C2; do
    late $id whole.out || same "$id, in which Wine is lenient" "differs, harmless" "$(verdict $id whole.out)"
done
same "S1 without a sound server" 1 "$(grep -c '^S1 not .*: no sound system answered; ' whole.out)"
same "S2 with --no-sound" "--no-sound was given" \
    "$(python3 -c 'import json; print({c["id"]: c["measured"]
        for c in json.load(open("report.json"))["checks"]}["S2"])')"
wait_until "nothing is left of a whole run" is_clean

# ---- Folders ------------------------------------------------------------------------------------
# Nothing can be made in /proc, whoever asks.
code=0
tapemapd selftest --no-sound --folder 'Z:\proc' >proc.out 2>proc.err || code=$?
looks_right proc.out "$code"
same "its exit code" 1 "$code"
same "what differs there" F1 "$(sed -nE 's/^([A-Z][0-9]+) differs: .*/\1/p' proc.out |
    grep -vE "${TIMED% }$" || true)"
fails 1 "testing in 'nowhere': there is no such folder; name one with --folder" \
    tapemapd selftest --folder nowhere
[[ ! -e nowhere ]] || complain "the folder was made"
fails 2 "selftest: '--fast' is not understood; see 'tapemapd help selftest'" \
    tapemapd selftest --fast
fails 2 "selftest: 'here' is not understood" tapemapd selftest here

# ---- What breaks --------------------------------------------------------------------------------
worker=
has_worker() {
    worker=$(pgrep -o -f "$WORKER") && grep -qE "$LINE" "$1.out"
}

# disturb NAME COMMAND...: what is done to the process that runs the checks, when one of them is done.
disturb() {
    start "$1" tapemapd selftest --no-sound --folder here
    wait_until "$1 runs checks" has_worker "$1"
    wait_until "$1 is disturbed" "${@:2}"
}

# Not while it starts another process: half made, that waits for its maker in Wine for ever.
stop_worker() {
    kill -STOP "$worker"
    (($(pgrep -f -c "$WORKER") == 1)) && ! pgrep -f "wine64 .*$PEER" >/dev/null && return
    kill -CONT "$worker"
    return 1
}

kill_worker() {
    stop_worker && kill -KILL "$worker"
}

# await NAME: its exit code is in $code then.
await() {
    wait_until "$1 has ended" is_gone "${pids[$1]}"
    code=0
    wait "${pids[$1]}" || code=$?
    unset "pids[$1]"
    looks_right "$1.out" "$code"
}

disturb hung stop_worker
await hung
(($(grep -c ' not testable here: .*: no answer within ' hung.out) >= 1)) ||
    complain "no check is said to hang"
wait_until "nothing is left of one that hung" is_clean

# Killed between two checks, it breaks none.
for _ in 1 2 3 4 5; do
    disturb broken kill_worker
    await broken
    ((code == 0)) || break
done
same "the exit code of one that broke" 1 "$code"
same "checks whose process broke" 1 \
    "$(grep -c ' differs: .*: the process that tested it ended with code ' broken.out)"
wait_until "nothing is left of one that broke" is_clean

start interrupted tapemapd selftest --no-sound --folder here
wait_until "it runs checks" has_worker interrupted
interrupt interrupted
ends interrupted 1
same "what it says" "tapemapd: testing the system: interrupted; begin again for all of it" \
    "$(own_words <interrupted.err)"
wait_until "nothing is left of one that was interrupted" is_clean

# Killed, it cannot remove its folder; but nothing runs on, not even what would never end.
disturb killed stop_worker
kill -KILL "${pids[killed]}"
ends killed 137
wait_until "nothing runs on when it is killed" has_no_process
passed
