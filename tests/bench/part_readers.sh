# shellcheck shell=bash
# Sourced by scripts/bench.sh: processes that follow a tape, or read a pipe each.

part_readers() {
    local runs count
    build_pipes
    runs=$(amount 3 1)
    for ((; runs > 0; runs--)); do
        measure_with bench_followers 0
        for count in 1 4 16 64; do
            measure_with bench_followers "$count"
            measure_with bench_pipes "Windows pipe" "$count"
            measure "$BENCH/bench_pipes" "unix pipe" "$count"
        done
    done
}

part_latency() {
    local runs
    build_pipes
    measure_with bench_latency
    runs=$(amount 5 1)
    for ((; runs > 0; runs--)); do
        measure_as bench_pipes latency_of windows "$BIN/bench_pipes.exe" "Windows pipe" 1
        measure_as bench_pipes latency_of "$BENCH/bench_pipes" "unix pipe" 1
        measure_as bench_pipes latency_of "$BENCH/bench_pipes" "unix named pipe" 1
    done
}

# latency_of COMMAND...: the lag of its one reader is a figure of this part.
latency_of() {
    local status=0
    "$@" >"$BENCH/lags" || status=$?
    awk -F '\t' -v OFS='\t' '$1 == "readers lag" && sub(/^1: /, "waiting: ", $2) {
        $1 = "latency"; print }' "$BENCH/lags"
    rm -f "$BENCH/lags"
    return "$status"
}

# For Linux itself: Wine's pipes are passed on by its server.
build_pipes() {
    (
        cd "$ROOT/tests/bench" || exit
        cc -std=c11 -O2 -I. -I../../client/system -o "$BENCH/bench_pipes" bench_pipes.c \
            bench_pipe_posix.c bench_samples.c ../../client/system/steady_clock_posix.c -lm
    )
}
