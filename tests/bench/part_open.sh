# shellcheck shell=bash
# Sourced by scripts/bench.sh: what opening, reading and going on cost as a tape gets longer.

part_open() {
    open_live
    open_files
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

# forget FILE: what the system has of it in its cache.
forget() {
    dd if="$1" iflag=nocache count=0 status=none
}

# Round by round, so that all lengths meet the same machine.
open_files() {
    local folder round rounds length
    local -A lengths=(["1 min"]=60 ["1 h"]=3600 ["24 h"]=86400 ["1 week"]=604800)
    local order=("1 min" "1 h" "24 h" "1 week")
    folder=$(mktemp -d -p "$BENCH")
    for length in "${order[@]}"; do
        python3 -B "$ROOT/tests/bench/make_long_tape.py" "$folder/$length.wav" "${lengths[$length]}"
        windows "$BIN/bench_make_flac.exe" "$folder/$length.flac" "${lengths[$length]}"
    done
    sync
    rounds=$(amount 5 1)
    for ((round = 0; round < rounds; round++)); do
        for length in "${order[@]}"; do
            forget "$folder/$length.wav"
            measure_with bench_open_file tape "$folder/$length.wav" "$length" tape "$round"
            forget "$folder/$length.wav"
            measure_with bench_open_file libsndfile "$folder/$length.wav" "$length" WAV "$round"
            forget "$folder/$length.flac"
            measure_with bench_open_file libsndfile "$folder/$length.flac" "$length" FLAC "$round"
        done
    done
    rm -rf "$folder"
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
