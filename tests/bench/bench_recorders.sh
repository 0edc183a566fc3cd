# shellcheck shell=bash
# Sourced by scripts/bench.sh: recorders that are measured from outside.

# ---- What /proc knows of a process ----------------------------------------------------------------

# Processor time of all threads that it has now, in nanoseconds: the system's ticks are ten million.
# A thread that ends while it is looked at is left out.
cpu_ns() {
    { cat "/proc/$1"/task/*/schedstat 2>/dev/null || true; } |
        awk '{ ns += $1 } END { printf "%.0f\n", ns }'
}

memory_kib() {
    awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

mib() {
    awk -v kib="$1" 'BEGIN { print kib / 1024 }'
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
    local left=$1 part
    for ((; left > 0; left -= part)); do
        part=$((left < 1 << 28 ? left : 1 << 28))
        timeout 120 head -c "$part" /dev/zero >&"$feed" ||
            fail "feeding a recorder" "it takes nothing for two minutes" "see what it says above"
    done
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
