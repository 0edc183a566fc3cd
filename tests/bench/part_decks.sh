# shellcheck shell=bash
# Sourced by scripts/bench.sh: many decks under one supervisor, and how long a killed one is away.

DECKS=16
DECKS_SECONDS=20

# The Linux process ids of all our daemons: the supervisor and its recorders.
daemon_pids() {
    local folder
    for folder in /proc/[0-9]*; do
        [[ $(cat "$folder/comm" 2>/dev/null) == tapemapd.exe ]] &&
            grep -qzxF "WINEPREFIX=$WINEPREFIX" "$folder/environ" 2>/dev/null &&
            echo "${folder#/proc/}"
    done
    true
}

# sum_of FUNCTION PIDS...: of its numbers for each of them.
sum_of() {
    local pid sum=0
    for pid in "${@:2}"; do
        sum=$((sum + $("$1" "$pid")))
    done
    echo "$sum"
}

private_kib() {
    memory_kib "$1" RssAnon
}

# deck_numbers KEY: of all decks that are recorded, one a line.
deck_numbers() {
    local n
    for ((n = 1; n <= DECKS; n++)); do
        info_number "bench $n" "$1"
    done
}

total_of() {
    deck_numbers "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

write_decks() {
    local n store
    printf 'log = daemon.log\n'
    for ((n = 1; n <= DECKS; n++)); do
        store=file
        ((n % 2)) || store=pagefile
        printf 'deck "bench %d" {\n  source = tone:ramp\n  rate = 48000\n  channels = 2\n' "$n"
        printf '  format = s16\n  store = %s\n' "$store"
        [[ $store == pagefile ]] || printf '  output = tapes\n  keep_free = 0\n'
        printf '}\n'
    done
}

await_decks() {
    local end=$((SECONDS + 60))
    until (($(deck_numbers head_frames | grep -cv '^0$') == DECKS)); do
        ((SECONDS < end)) ||
            fail "measuring $DECKS decks" "they do not all record" "see $1/daemon.log"
    done
}

per_cent() {
    awk -v part="$1" -v all="$2" 'BEGIN { print part * 100 / all }'
}

measure_decks() {
    local pids server cpu served
    mapfile -t pids < <(daemon_pids)
    server=$(server_pid)
    cpu=$(sum_of cpu_ns "${pids[@]}") served=$(cpu_ns "$server")
    sleep "$DECKS_SECONDS"
    cpu=$(($(sum_of cpu_ns "${pids[@]}") - cpu)) served=$(($(cpu_ns "$server") - served))
    local all=$((DECKS_SECONDS * 1000000000))
    figure decks "processes" value "${#pids[@]}"
    figure decks "recorders and supervisor, % of one core" value "$(per_cent "$cpu" "$all")"
    figure decks "Wine's server, % of one core" value "$(per_cent "$served" "$all")"
    figure decks "private memory of all, MiB" value "$(mib "$(sum_of private_kib "${pids[@]}")")"
    figure decks "gaps" value "$(total_of gap_count)"
}

# The gap of a killed recorder is the time that nothing was recorded.
kill_and_measure() {
    local pid pids deck gaps=0 missing end
    for deck in 1 2 3 4; do
        mapfile -t pids < <(daemon_pids)
        for pid in "${pids[@]}"; do
            tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -e "--deck=bench $deck" || continue
            kill -9 "$pid"
        done
        gaps=0 end=$((SECONDS + 60))
        until ((gaps > 0)); do
            ((SECONDS < end)) || fail "killing the recorder of deck $deck" \
                "it does not come back" "see $1/daemon.log"
            gaps=$(info_number "bench $deck" gap_count)
        done
        missing=$(info_number "bench $deck" gap_frames)
        figure decks "a killed recorder is away, ms" value $((missing / 48))
    done
}

part_decks() {
    local folder supervisor
    DECKS_SECONDS=$(amount 20 5)
    folder=$(mktemp -d -p "$BENCH")
    write_decks >"$folder/decks.conf"
    (cd "$folder" && exec bash "$ROOT/scripts/wine.sh" "$BIN/tapemapd.exe" run --config decks.conf) \
        </dev/null >"$folder/said" 2>&1 &
    supervisor=$!
    children+=("$supervisor")
    await_decks "$folder"
    measure_decks
    kill_and_measure "$folder"
    (cd "$folder" && windows "$BIN/tapemapd.exe" stop) || true
    wait "$supervisor" || true
    rm -rf "$folder"
}
