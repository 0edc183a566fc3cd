# shellcheck shell=bash
# Helpers of the end-to-end tests, which source this file: real recorders and readers as processes
# of their own, under Wine. A test runs in a folder of its own below build/e2e, which is deleted
# when it passes; its decks begin with $DECK, so that tests may run beside each other.
#
# There are no sleeps that hope for the best: what a test waits for is a condition, with a bound.

E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/common.sh
source "$E2E/../../scripts/common.sh"

BIN=${TAPEMAP_BIN:-$ROOT/build/release/bin}
TEST=$(basename "$0" .sh)
DECK=$TEST.$$
SCRATCH=$ROOT/build/e2e/$TEST.$$
COMPLAINTS=$SCRATCH.txt # a file, so that what a subshell complains of counts too
# Seconds until a condition counts as never coming; known to the programs beside this, too.
export TAPEMAP_TEST_PATIENCE=${TAPEMAP_TEST_PATIENCE:-120}
PATIENCE=$TAPEMAP_TEST_PATIENCE

declare -A pids=() # the processes that `start` has started and `ends` has not seen end

# complain SENTENCE: the test has failed, and goes on to see what else is wrong.
complain() {
    printf '%s: line %s: %s\n' "$TEST" "${BASH_LINENO[-2]}" "$*" | tee -a "$COMPLAINTS" >&2
}

# complain_of COMMAND CODE: not within a subshell, whose own code tells whoever asks for it.
complain_of() {
    ((BASH_SUBSHELL > 0)) || complain "\"$1\" ended with code $2"
}

# die SENTENCE: the test has failed, and there is no sense in going on.
die() {
    complain "$*"
    exit 1
}

# skip SENTENCE: the test cannot be run here.
skip() {
    printf '%s: skipped: %s\n' "$TEST" "$*" >&2
    exit 77
}

clean_up() {
    local code=$? name
    trap - EXIT ERR
    passed || code=1 # before all is ended that may complain of that
    for name in "${!pids[@]}"; do
        kill -KILL "${pids[$name]}" 2>/dev/null || true
        wait "${pids[$name]}" 2>/dev/null || true
    done
    supervised | xargs -r kill -KILL || true
    for name in $(compgen -A function clean_up_); do
        "$name" || true
    done
    cd "$ROOT" || true
    if ((code == 0 || code == 77)); then
        rm -rf "$SCRATCH" "$COMPLAINTS"
        exit "$code"
    fi
    find "$SCRATCH" -name '*.err' -type f -exec tail -n 4 {} + >&2
    echo "$TEST: $(grep -c "^$TEST: line" "$COMPLAINTS") complaints; its files are in" \
        "${SCRATCH#"$ROOT"/}" >&2
    exit 1
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
trap 'complain_of "$BASH_COMMAND" $?' ERR
set -E
exec </dev/null
mkdir -p "$SCRATCH"
: >"$COMPLAINTS"
cd "$SCRATCH" || exit 1

# ---- Conditions ---------------------------------------------------------------------------------

# wait_until WHAT COMMAND...: until the command succeeds.
wait_until() {
    local what=$1 deadline=$((SECONDS + PATIENCE))
    shift
    until "$@"; do
        ((SECONDS <= deadline)) || die "in $PATIENCE s it did not come about that $what"
        sleep 0.02
    done
}

# same WHAT EXPECTED FOUND
same() {
    [[ $2 == "$3" ]] || complain "$1: expected '$2', found '$3'"
}

# matches WHAT PATTERN TEXT: an extended regular expression.
matches() {
    [[ $3 =~ $2 ]] || complain "$1: expected something like '$2', found '$3'"
}

# ---- Programs -----------------------------------------------------------------------------------

# Bounded: a program that hangs fails its test and not the whole run.
tapemap() {
    timeout -k 5 $((2 * PATIENCE)) bash "$ROOT/scripts/wine.sh" "$BIN/tapemap.exe" "$@"
}

tapemapd() {
    timeout -k 5 $((2 * PATIENCE)) bash "$ROOT/scripts/wine.sh" "$BIN/tapemapd.exe" "$@"
}

# with_room KIB COMMAND...: no file can become larger: what a full disk is, to a program.
with_room() (
    trap '' XFSZ
    ulimit -f "$1"
    shift
    "$@"
)

# start NAME PROGRAM ARGS...: in the background, as process ${pids[NAME]}, which is the program
# itself; its stdout goes to NAME.out and its stderr to NAME.err, unless these are pipes already.
start() {
    local name=$1 program=$BIN/$2.exe
    shift 2
    run_alone bash "$ROOT/scripts/wine.sh" "$program" "$@" <&0 >"$name.out" 2>"$name.err" &
    pids[$name]=$!
}

# The processes of this system that are recorders which a supervisor of this test started.
supervised() {
    pgrep -f -- "tapemapd.exe record --deck=${DECK}[. ]"
}

# host_pid DECK: of one of them.
host_pid() {
    pgrep -f -- "tapemapd.exe record --deck=$1 " | head -n 1
}

# A process that has ended by Windows' account may be there for a moment.
no_recorder_is_left() {
    ! supervised >/dev/null
}

# For the background: a pipe is at its end when its last writer is, and that must not be somebody
# who has it only because he was started later.
declare -A pipes=()
run_alone() {
    local pipe
    for pipe in "${pipes[@]}"; do
        exec {pipe}>&-
    done
    exec "$@"
}

close_pipe() {
    local pipe=${pipes[$1]}
    unset "pipes[$1]"
    exec {pipe}>&-
}

is_gone() {
    ! kill -0 "$1" 2>/dev/null
}

# ends NAME CODE: waits for the end of what was started, and checks its exit code.
ends() {
    local pid=${pids[$1]} code=0
    wait_until "$1 has ended" is_gone "$pid"
    wait "$pid" 2>/dev/null || code=$?
    unset "pids[$1]"
    ((code == $2)) || complain "$1 ended with code $code instead of $2: $(tail -n 2 "$1.err")"
}

# interrupt NAME: Ctrl+C.
interrupt() {
    kill -INT "${pids[$1]}"
}

# kill_outright NAME: no word to it, and none from it.
kill_outright() {
    kill -KILL "${pids[$1]}"
    wait "${pids[$1]}" 2>/dev/null || true
    unset "pids[$1]"
}

# fails CODE PATTERN COMMAND...: the command ends with this code (or one of these, such as "1|2"),
# prints nothing on stdout and one line on stderr: the program's name and a sentence like the
# pattern.
fails() {
    local expected=$1 pattern=$2 code=0
    shift 2
    "$@" >fails.out 2>fails.err || code=$?
    sed -i '/^wine/d' fails.err # a loaded Wine has words of its own
    [[ $code =~ ^($expected)$ ]] || complain "$*: ended with code $code instead of $expected"
    [[ ! -s fails.out ]] || complain "$*: printed on stdout: $(head -c 200 fails.out)"
    (($(wc -l <fails.err) == 1)) || complain "$*: not one line on stderr: $(head -n 5 fails.err)"
    matches "$*" "^$1: .*$pattern" "$(head -n 1 fails.err)"
}

# What a program said, without the words of a loaded Wine.
own_words() {
    sed '/^wine/d'
}

# ---- Tapes --------------------------------------------------------------------------------------

# fact DECK KEY: a value of `tapemap info --json`; fails while there is no such deck. With the code of
# the program, which a pipe to the next one would hide; what it said is in fact.err.
fact() {
    local code=0 answer
    answer=$(tapemap info "$1" --json 2>fact.err) || code=$?
    ((code == 0)) || {
        echo "tapemap info '$1' --json ended with code $code" >>fact.err
        return "$code"
    }
    python3 "$E2E/json_value.py" "$2" <<<"$answer"
}

fact_is() {
    [[ $(fact "$1" "$2") == "$3" ]]
}

# head_reaches DECK FRAMES
head_reaches() {
    local head
    head=$(fact "$1" head_frames) && ((head >= $2))
}

# state DECK KEY: of the supervisor's status; "" while it has no such deck, or does not answer.
state() {
    tapemapd status --json 2>/dev/null | python3 -c '
import json, sys
for deck in json.load(sys.stdin)["decks"]:
    if deck["name"] == sys.argv[1]:
        print(deck.get(sys.argv[2], ""))
' "$@" 2>/dev/null
}

# state_is DECK KEY VALUE
state_is() {
    [[ $(state "$1" "$2") == "$3" ]]
}

# is_listed DECK: the catalogue has it. Not by `tapemap list`, which opens the tapes of all tests.
is_listed() {
    fact "$1" id >/dev/null
}

# start_held NAME ARGS...: starts tapemapd ARGS, which gets no further than to its tape: it speaks
# before it records, and here that blocks, because its stderr is a full pipe. So a reader can open
# a tape that, at full speed, would be gone at once. `let_go NAME` lets it record.
start_held() {
    local name=$1 gate
    shift
    rm -f "$name.err"
    mkfifo "$name.err"
    exec {gate}<>"$name.err"
    python3 "$E2E/fill_pipe.py" "$name.err"
    pipes[$name]=$gate
    start "$name" tapemapd "$@"
}

let_go() {
    local reader
    exec {reader}<"$1.err"
    mv "$1.err" "$1.gate"
    run_alone cat <&"$reader" >"$1.err" &
    exec {reader}<&-
    close_pipe "$1"
}

# hold NAME DECK: a client that has the deck's tape open and, once that holds more than a pipe does,
# goes no further, because nobody reads its pipe. `release NAME` makes it end.
hold() {
    local pipe begin
    rm -f "$1.out"
    mkfifo "$1.out"
    start "$1" tapemap tail "$2" --from start
    exec {pipe}<"$1.out"
    read -r -N 4 -t "$PATIENCE" -u "$pipe" begin || die "$1 has not opened the tape"
    same "what the pipe of $1 begins with" RIFF "$begin"
    pipes[$1]=$pipe
}

release() {
    close_pipe "$1"
    ends "$1" 0
}

# hold_still NAME DECK: a client that has the deck's tape open and does nothing at all, so that not
# even a ring can overtake it. `release_still NAME` ends it.
hold_still() {
    hold "$1" "$2"
    kill -STOP "${pids[$1]}"
}

release_still() {
    close_pipe "$1"
    kill -KILL "${pids[$1]}"
    ends "$1" 137
}

# feed NAME: makes the pipe NAME.in, to be the stdin of a recorder; `send NAME FORMAT CHANNELS FIRST
# FRAMES` writes these frames of the ramp into it, and `end_feed NAME` ends it. So a test decides
# when a recorder gets frames: the head stands still in between.
feed() {
    local pipe
    rm -f "$1.in"
    mkfifo "$1.in"
    exec {pipe}<>"$1.in"
    pipes[$1]=$pipe
}

send() {
    python3 "$E2E/ramp.py" make "${@:2}" >"/dev/fd/${pipes[$1]}"
}

end_feed() {
    close_pipe "$1"
}

# tail_into NAME DECK FILE ARGS...: starts a client that writes the tape to a file as it grows;
# returns when it has the tape open.
tail_into() {
    local name=$1 deck=$2 file=$3
    shift 3
    start "$name" tapemap tail "$deck" -o "$file" "$@"
    wait_until "$name has opened the tape" has_part "$name" "$file"
}

has_part() {
    compgen -G "$2.*.part" >/dev/null || {
        ! is_gone "${pids[$1]}" || die "$1 has ended: $(cat "$1.err")"
        return 1
    }
}

# recorded_frames NAME: what a recorder that has ended says it has recorded.
recorded_frames() {
    wait_until "$1 says what it recorded" grep -q 'recorded .* frames*)' "$1.err"
    sed -n 's/.*recorded .*(\([0-9]*\) frames*).*/\1/p' "$1.err"
}

# is_ramp FILE FORMAT CHANNELS FIRST FRAMES: the file holds these frames of tone:ramp, no more.
is_ramp() {
    python3 "$E2E/ramp.py" check "$@" || complain "$1 is not the ramp"
}

# passed: the last line of every test.
passed() {
    [[ ! -s $COMPLAINTS ]]
}
