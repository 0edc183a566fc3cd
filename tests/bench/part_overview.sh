# shellcheck shell=bash
# Sourced by scripts/bench.sh: drawing all of a long tape, against programs that scan the file.

part_overview() {
    long_overview "1 h" 3600
    long_overview "24 h" 86400
    long_overview "1 week" 604800
    python3 -B "$ROOT/tests/bench/make_long_tape.py" "$BENCH/long.wav" 3600
    scan_hour
    rm -f "$BENCH/long.wav" "$BENCH/long.wav.index"
}

long_overview() {
    python3 -B "$ROOT/tests/bench/make_long_tape.py" "$BENCH/long.wav" "$2"
    measure_with bench_overview "$BENCH/long.wav" "$1"
    rm -f "$BENCH/long.wav" "$BENCH/long.wav.index"
}

# Each hour is as long as the one before, so a day is 24 of them.
scan_hour() {
    local runs
    cat "$BENCH/long.wav" >/dev/null
    runs=$(amount 3 1)
    for ((; runs > 0; runs--)); do
        scan "sox stat" sox "$BENCH/long.wav" -n stat
        scan "ffmpeg showwavespic" ffmpeg -v error -i "$BENCH/long.wav" -filter_complex \
            showwavespic=s=1200x300 -frames:v 1 -y "$BENCH/scan.png"
    done
    rm -f "$BENCH/scan.png"
}

scan() {
    local began=$EPOCHREALTIME ms
    "${@:2}" </dev/null >/dev/null 2>&1
    ms=$(awk -v then="$began" -v now="$EPOCHREALTIME" 'BEGIN { print (now - then) * 1000 }')
    figure overview "1 h: $1" ms "$ms"
    figure overview "24 h: $1 (24 times 1 h)" ms "$(awk -v ms="$ms" 'BEGIN { print ms * 24 }')"
}
