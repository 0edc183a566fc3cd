# shellcheck shell=bash
# Helpers for the other scripts, which source this file: where things are, how to speak, and how to
# run a long step without flooding the terminal.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${TAPEMAP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tapemap}
LOGS=$ROOT/build/logs

say() {
    printf '%s\n' "$*"
}

# fail TRIED WRONG TODO: one sentence in three parts, then the end.
fail() {
    printf '%s: %s: %s; %s\n' "$(basename "$0")" "$1" "$2" "$3" >&2
    exit 1
}

# need PROGRAM...: every program a script is about to use, checked before it does half its work.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null ||
            fail "looking for the program '$program'" "it is not installed" "run scripts/setup.sh"
    done
}

# Seconds so far, in place, for somebody who is looking. One at a time: what runs within another
# step or beside one shows none of its own.
ticker=
start_ticker() {
    [[ -t 2 && -z $ticker ]] || return 0
    local began=$SECONDS
    # Not for ever, should this script be killed.
    while kill -0 $$ 2>/dev/null; do
        printf '\r  %-40s %4d s ' "$1" $((SECONDS - began)) >&2
        sleep 0.5
    done &
    ticker=$!
}

stop_ticker() {
    [[ -n $ticker ]] || return 0
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    ticker=
    clear_ticker
}

clear_ticker() {
    [[ ! -t 2 ]] || printf '\r%52s\r' '' >&2
}

# step NAME COMMAND...: runs a quiet command. Its output goes to build/logs/NAME.log, whose tail is
# shown if it fails; otherwise one line with the time it took is all that is printed.
# Not to be called in a condition: bash would then go on after an error within COMMAND.
step() {
    local name=$1 log=$LOGS/${1//[^a-zA-Z0-9._-]/-}.log began=$SECONDS status own_ticker=
    shift
    mkdir -p "$LOGS"
    [[ -n $ticker ]] || own_ticker=yes
    [[ -z $own_ticker ]] || start_ticker "$name"
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    [[ -z $own_ticker ]] || stop_ticker
    clear_ticker
    if ((status != 0)); then
        printf -- '--- the last lines of %s\n' "${log#"$ROOT"/}" >&2
        tail -n 30 "$log" >&2
        fail "$name" "the command ended with code $status" "read ${log#"$ROOT"/}, where it says why"
    fi
    printf '  %-40s %4d s\n' "$name" $((SECONDS - began))
}
