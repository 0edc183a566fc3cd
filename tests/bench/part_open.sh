# shellcheck shell=bash
# Sourced by scripts/bench.sh: what opening, reading and going on cost as a tape gets longer.

part_open() {
    open_live
    open_file "1 min" 60
    open_file "1 h" 3600
    open_file "24 h" 86400
    open_file "1 week" 604800
    figure "open facts" "read around a fault, KiB" value "$(read_around_kib)"
}

# One recorder, fed with 2 kHz mono as fast as it takes it: a week is 2.4 GB.
open_live() {
    local before
    before=$(sections_kib "$(server_pid)")
    start_fed "bench open" 2000 1
    open_at "1 min" 60 "$before"
    open_at "1 h" 3600 "$before"
    open_at "24 h" 86400 "$before"
    [[ -n ${BENCH_SHORT-} ]] || open_at "1 week" 604800 "$before"
    end_fed
}

# open_at LENGTH SECONDS SECTIONS-BEFORE: feeds up to there, then looks.
open_at() {
    local sections
    feed $(($2 * 4000 - fed_bytes))
    measure_with bench_open "$1" "$fed_deck"
    sections=$(($(sections_kib "$(server_pid)") - $3))
    figure length "$1" "audio" "$(mib $((fed_bytes / 1024)))"
    figure length "$1" "tape in memory" "$(mib "$sections")"
    figure length "$1" "resident" "$(mib "$(memory_kib "$recorder" VmRSS)")"
    figure length "$1" "private" "$(mib "$(memory_kib "$recorder" RssAnon)")"
}

open_file() {
    python3 -B "$ROOT/tests/bench/make_long_tape.py" "$BENCH/long.wav" "$2"
    windows "$BIN/bench_make_flac.exe" "$BENCH/long.flac" "$2"
    measure_with bench_open_file tape "$BENCH/long.wav" "$1" tape
    measure_with bench_open_file libsndfile "$BENCH/long.wav" "$1" WAV
    measure_with bench_open_file libsndfile "$BENCH/long.flac" "$1" FLAC
    rm -f "$BENCH/long.wav" "$BENCH/long.wav.index" "$BENCH/long.flac"
}

# By the disk that the files are on: what the system reads ahead, it reads around a fault too. A
# partition has it from its disk.
read_around_kib() {
    local device file
    device=/sys/dev/block/$(stat -c '%Hd:%Ld' "$BENCH")
    for file in "$device"/{,../}queue/read_ahead_kb; do
        [[ ! -r $file ]] || {
            cat "$file"
            return
        }
    done
    echo unknown
}
