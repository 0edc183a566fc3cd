#!/usr/bin/env bash
# bench.sh [PART...]: builds, then measures speed and memory: append, latency, open, cost, length,
# file, decks, overview; all of them when none is named. Prints a table, and leaves it in
# build/bench/report.txt. It takes about five minutes, and wants a machine that does nothing else: each part says how busy the
# machine was before it. The parts judge nothing; figures of one run may be compared, those of two
# machines hardly.
set -euo pipefail
source "$(dirname "$0")/common.sh"
source "$ROOT/scripts/wine-env.sh"

BENCH=$ROOT/build/bench
BIN=$ROOT/build/release/bin
FEED=$BENCH/feed
COST_SECONDS=20
HOUR_BYTES=$((48000 * 4 * 3600)) # of stereo s16

children=() scripts=()
stop_all() {
    local one
    for one in "${children[@]}"; do
        kill "$one" 2>/dev/null || true
    done
    for one in "${scripts[@]}"; do
        bash "$ROOT/scripts/$one" stop || true
    done
    rm -f "$FEED"
}
trap stop_all EXIT
trap 'exit 130' INT TERM HUP

# start_unless_running SCRIPT: what runs already is left running at the end.
start_unless_running() {
    bash "$ROOT/scripts/$1" status >/dev/null && return
    scripts+=("$1")
    bash "$ROOT/scripts/$1" start
}

windows() {
    bash "$ROOT/scripts/wine.sh" "$@" </dev/null
}

# Busy and all ticks of all processors so far.
machine_ticks() {
    awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $2 + $3 + $4 + $5 + $6 + $7 + $8 }' /proc/stat
}

begin_part() {
    local busy all busy_then all_then
    read -r busy_then all_then < <(machine_ticks)
    sleep 1
    read -r busy all < <(machine_ticks)
    printf '\n=== %s   [machine %d %% busy in the second before]\n' "$1" \
        $(((busy - busy_then) * 100 / (all - all_then)))
}

# ---- What /proc knows of a process ----------------------------------------------------------------

cpu_ticks() {
    sed 's/^.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

memory_kib() {
    awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

server_pid() {
    local folder
    for folder in /proc/[0-9]*; do
        if [[ $(cat "$folder/comm" 2>/dev/null) == wineserver* ]] &&
            grep -qzxF "WINEPREFIX=$WINEPREFIX" "$folder/environ" 2>/dev/null; then
            echo "${folder#/proc/}"
            return
        fi
    done
    fail "measuring Wine's server" "it does not run" "run scripts/wine-session.sh start"
}

# What the sections of all recorders really take: Wine keeps them in files without a name.
sections_kib() {
    find "/proc/$1/fd" -lname '*tmpmap*' -printf '%p\n' 2>/dev/null |
        xargs -r stat -L -c '%i %b' 2>/dev/null | sort -u |
        awk '{ blocks += $2 } END { print int(blocks / 2) }'
}

# ---- Recorders -----------------------------------------------------------------------------------

# start_recorder OPTIONS...: in the background; its process is $recorder. Without the <&0 it would
# get an empty input.
start_recorder() {
    bash "$ROOT/scripts/wine.sh" "$BIN/tapemapd.exe" record --quiet "$@" <&0 &
    recorder=$!
    children+=("$recorder")
}

# info_number DECK KEY: 0 while there is no such deck yet.
info_number() {
    windows tapemap info "$1" --json 2>/dev/null |
        awk -v key="\"$2\":" '$1 == key { number = $2 } END { print number + 0 }' || true
}

# start_fed DECK RATE CHANNELS: a recorder that records, as fast as it can, what feed sends.
start_fed() {
    rm -f "$FEED"
    mkfifo "$FEED"
    # Opened both ways, for the one end would wait for the other; the recorder must not get it.
    exec {feed}<>"$FEED"
    start_recorder --deck "$1" --source stdin --format s16 --rate "$2" --channels "$3" \
        <"$FEED" {feed}>&-
    fed_deck=$1 fed_bytes=0 fed_frame_bytes=$((2 * $3))
}

# feed BYTES: and waits until they are on the tape.
feed() {
    timeout 120 head -c "$1" /dev/zero >&"$feed" ||
        fail "feeding a recorder" "it takes nothing for two minutes" "see what it says above"
    fed_bytes=$((fed_bytes + $1))
    local end=$((SECONDS + 120))
    until (($(info_number "$fed_deck" head_frames) * fed_frame_bytes >= fed_bytes)); do
        if ((SECONDS > end)) || ! kill -0 "$recorder" 2>/dev/null; then
            fail "feeding a recorder" "it has ended, or takes no more" "see what it says above"
        fi
        sleep 0.1
    done
}

# The end of its input is the end of its recording.
end_fed() {
    exec {feed}>&-
    wait "$recorder"
}

# ---- The parts -------------------------------------------------------------------------------------

part_append() {
    begin_part "append: one tape_append against a bare memcpy"
    windows "$BIN/bench_append.exe"
    bash "$ROOT/tests/lint/lint_realtime.sh" x86_64-w64-mingw32-nm \
        "$(find "$ROOT/build/release" -name 'tape_append.c.obj')" memcpy memset &&
        say "object file: tape_append.c calls nothing but memcpy and memset"
    count_system_calls
}

# A hundred appends between two lines on stdout, as a tracer sees them; Wine itself swallows what
# goes to /dev/null.
count_system_calls() {
    local trace=$BENCH/stretch.strace
    command -v strace >/dev/null || {
        say "system calls during 100 appends: not counted, there is no strace"
        return
    }
    strace -f -o "$trace" bash "$ROOT/scripts/wine.sh" "$BIN/bench_append.exe" stretch \
        </dev/null >"$BENCH/stretch"
    awk '/write\(.*"stretch begins/ { thread = $1; calls = 0; next }
         /write\(.*"stretch ends/ { found = 1; exit }
         $1 == thread { calls++ }
         END { print "system calls during 100 appends, by strace:", found ? calls : "not seen" }' \
        "$trace"
    rm -f "$trace" "$BENCH/stretch"
}

part_latency() {
    begin_part "latency: from publication to another process"
    windows "$BIN/bench_latency.exe"
}

open_after() {
    start_fed "bench $1" 8000 1
    feed "$2"
    windows "$BIN/bench_open.exe" "$1" "bench $1"
    end_fed
}

part_open() {
    begin_part "open: a deck by its name, while it is recorded (8 kHz, mono, s16)"
    windows "$BIN/bench_open.exe" head
    open_after "1 minute" $((8000 * 2 * 60))
    open_after "1 hour" $((8000 * 2 * 3600))
    open_after "24 hours" $((8000 * 2 * 3600 * 24))
}

# cost_of NAME SOURCE OPTIONS...: processor time from the 5th second on, memory at both ends.
cost_of() {
    local name=$1 server cpu cpu_then served served_then rss private
    start_recorder --deck "bench cost" --source "$2" --duration $((COST_SECONDS + 8))s "${@:3}" \
        </dev/null
    server=$(server_pid)
    sleep 5
    cpu_then=$(cpu_ticks "$recorder") served_then=$(cpu_ticks "$server")
    rss=$(memory_kib "$recorder" VmRSS) private=$(memory_kib "$recorder" RssAnon)
    sleep "$COST_SECONDS"
    cpu=$(cpu_ticks "$recorder") served=$(cpu_ticks "$server")
    awk -v name="$name" -v own=$((cpu - cpu_then)) -v served=$((served - served_then)) \
        -v all=$((COST_SECONDS * $(getconf CLK_TCK))) -v before="$rss $private" \
        -v after="$(memory_kib "$recorder" VmRSS) $(memory_kib "$recorder" RssAnon)" 'BEGIN {
        split(before, b); split(after, a)
        printf "%-16s %7.2f %% %9.2f %% | %9.1f %9.1f | %9.1f %9.1f\n", name, own * 100 / all,
            served * 100 / all, b[1] / 1024, b[2] / 1024, a[1] / 1024, a[2] / 1024 }'
    wait "$recorder"
}

part_cost() {
    local server served
    begin_part "cost: a recorder in real time, 48 kHz stereo s16, no reader"
    say "processor: per cent of one core over $COST_SECONDS s; memory: MiB, resident and private"
    printf '%-16s %9s %11s | %19s | %19s\n' source recorder wineserver "after 5 s" \
        "after $((COST_SECONDS + 5)) s"
    server=$(server_pid)
    served=$(cpu_ticks "$server")
    sleep 5
    awk -v served=$(($(cpu_ticks "$server") - served)) -v all=$((5 * $(getconf CLK_TCK))) \
        'BEGIN { printf "%-16s %9s %9.2f %% |\n", "(no recorder)", "", served * 100 / all }'
    cost_of tone:silence tone:silence --rate 48000 --channels 2
    cost_of "portaudio" portaudio
}

seconds_since() {
    awk -v then="$1" -v now="$EPOCHREALTIME" 'BEGIN { print now - then }'
}

# length_row NAME SECTIONS-BEFORE SECONDS
length_row() {
    awk -v name="$1" -v fed="$fed_bytes" -v seconds="$3" \
        -v committed="$(info_number "$fed_deck" committed_bytes)" \
        -v sections=$(($(sections_kib "$(server_pid)") - $2)) \
        -v rss="$(memory_kib "$recorder" VmRSS)" -v own="$(memory_kib "$recorder" RssAnon)" 'BEGIN {
        printf "%-10s %9.1f | %10.1f %10.1f %10.1f | %9.1f %9.1f\n", name, seconds, fed / 1048576,
            committed / 1048576, sections / 1024, rss / 1024, own / 1024 }'
}

part_length() {
    local before began
    begin_part "length: one recorder as its tape grows, 48 kHz stereo s16 at full speed"
    printf '%-10s %9s | %10s %10s %10s | %9s %9s   (MiB; s)\n' recorded "took" audio committed \
        "sections" resident private
    before=$(sections_kib "$(server_pid)")
    start_fed "bench length" 48000 2
    began=$EPOCHREALTIME
    feed $((HOUR_BYTES / 60))
    length_row "1 minute" "$before" "$(seconds_since "$began")"
    began=$EPOCHREALTIME
    feed $((HOUR_BYTES - HOUR_BYTES / 60))
    length_row "1 hour" "$before" "$(seconds_since "$began")"
    feed $((HOUR_BYTES * 7))
    length_row "8 hours" "$before" "$(seconds_since "$began")"
    end_fed
    say "sections: audio and index as the disk holds them. resident counts the pages of the mapped"
    say "windows too (two of 256 MiB at most); private is what the recorder has besides its tape."
}

# Sixty-four channels in real time onto a memory file system: 49 MB a second.
many_channels() {
    local began
    began=$EPOCHREALTIME
    windows "$BIN/tapemapd.exe" record --deck "bench wide" --source tone:silence --format f32 \
        --channels 64 --rate 192000 --duration 20s --store file --output "$1/wide.wav" \
        --keep-free 0 2>&1 | grep recorded
    say "64 channels x 192 kHz f32, 20 s in real time, took $(seconds_since "$began") s with the end"
    rm -f "$1/wide.wav"
}

part_file() {
    local memory
    memory=$(mktemp -d -p /dev/shm)
    begin_part "file: a file tape beside a plain file"
    say "in $BENCH ($(stat -f -c %T "$BENCH")):"
    windows "$BIN/bench_file.exe" ingest "$BENCH"
    windows "$BIN/bench_file.exe" growth "$BENCH"
    say "in $memory ($(stat -f -c %T "$memory")):"
    windows "$BIN/bench_file.exe" ingest "$memory"
    windows "$BIN/bench_file.exe" growth "$memory"
    many_channels "$memory"
    rm -rf "$memory"
}

part_overview() {
    begin_part "overview: all of a week, 48 kHz stereo s16, drawn 50 times"
    python3 -B "$ROOT/tests/bench/make_week.py" "$BENCH/week.wav"
    windows "$BIN/bench_overview.exe" "$BENCH/week.wav"
    rm -f "$BENCH/week.wav" "$BENCH/week.wav.index"
}

source "$ROOT/tests/bench/bench_decks.sh"

measure() {
    local part
    printf 'tapemap %s, %s, %s\n' "$(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null || echo '?')" \
        "$(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //')" "$(nproc) cores"
    printf '%s, %s, %s\n' "$(wine --version)" "$(uname -sr)" "$(date -u +%FT%TZ)"
    for part in "$@"; do
        "part_$part"
    done
}

(($# > 0)) || set -- append latency open cost length file decks overview
for part in "$@"; do
    declare -F "part_$part" >/dev/null || fail "measuring '$part'" "there is no such part" \
        "name append, latency, open, cost, length, file, decks or overview"
done
need wine wineserver
mkdir -p "$BENCH"
bash "$ROOT/scripts/build.sh" release
start_unless_running sound.sh
sound_socket=$ROOT/build/sound/socket
start_unless_running wine-session.sh
ensure_prefix
exec > >(tee "$BENCH/report.txt")
tee_pid=$!
measure "$@"
exec >&-
wait "$tee_pid"
