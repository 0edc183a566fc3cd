# shellcheck shell=bash
# Sourced by scripts/bench.sh: what others can read of a recording that grows, or that was killed.

part_growing() {
    local folder runs
    folder=$(mktemp -d -p "$BENCH")
    runs=$(amount 2 1)
    for ((; runs > 0; runs--)); do
        measure python3 -B "$ROOT/tests/bench/growing.py" "$folder" "$(amount 8 5)" \
            "bash '$ROOT/scripts/wine.sh' tapemapd record --quiet --deck 'bench growing' \
                --source portaudio --store file --keep-free 0"
    done
    rm -rf "$folder"
}
