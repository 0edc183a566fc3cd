# shellcheck shell=bash
# Sourced by scripts/bench.sh: what others can read of a recording that grows, or that was killed.

part_growing() {
    local folder run runs
    folder=$(mktemp -d -p "$BENCH")
    runs=$(amount 8 1)
    for ((run = 1; run <= runs; run++)); do
        measure_as growing.py python3 -B "$ROOT/tests/bench/growing.py" "$folder" "$(amount 6 5)" \
            "bash '$ROOT/scripts/wine.sh' tapemapd record --quiet --deck 'bench growing' \
                --source portaudio --store file --keep-free 0" "$run"
    done
    rm -rf "$folder"
}
