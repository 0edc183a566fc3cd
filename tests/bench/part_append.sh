# shellcheck shell=bash
# Sourced by scripts/bench.sh: what appending costs, and how fast audio gets onto a tape.

part_append() {
    local folder
    folder=$(mktemp -d -p "$BENCH")
    measure_with bench_append
    bash "$ROOT/tests/lint/lint_realtime.sh" x86_64-w64-mingw32-nm \
        "$(find "$ROOT/build/release" -name 'tape_append.c.obj')" memcpy memset >/dev/null ||
        fail "looking into tape_append.c" "it calls more than memcpy and memset" "see above"
    count_system_calls
    measure_with bench_ingest "$folder"
    measure_with bench_lmdb "$folder"
    measure_with bench_growth "$folder"
    rm -rf "$folder"
}

# A hundred appends between two lines on stdout, as a tracer sees them; Wine itself swallows what
# goes to /dev/null.
count_system_calls() {
    local trace=$BENCH/stretch.strace
    strace -f -o "$trace" bash "$ROOT/scripts/wine.sh" "$BIN/bench_append.exe" stretch \
        </dev/null >"$BENCH/stretch"
    awk '/write\(.*"stretch begins/ { thread = $1; calls = 0; next }
         /write\(.*"stretch ends/ { found = 1; exit }
         $1 == thread { calls++ }
         END { print found ? calls : "not seen" }' "$trace" >"$BENCH/calls"
    figure "append facts" "system calls in 100 appends" value "$(<"$BENCH/calls")"
    rm -f "$trace" "$BENCH/stretch" "$BENCH/calls"
}
