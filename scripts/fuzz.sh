#!/usr/bin/env bash
# fuzz.sh [SECONDS] [TARGET...]: builds the targets of tests/fuzz with libFuzzer and runs each for
# SECONDS of processor time, 3600 unless said, one after another with the least priority; all
# targets if none is named. SIGINT to a fuzzer ends its target early, and counts what it did. Inputs
# that reach code which none of tests/fuzz/corpus does are added to it; what breaks a promise is left
# in build/fuzz/findings, and ends the run of its target. Ends with a table, and with 1 after a
# finding.
set -euo pipefail
source "$(dirname "$0")/common.sh"

CORPUS=$ROOT/tests/fuzz/corpus
BIN=$ROOT/build/fuzz/bin
FOUND=$ROOT/build/fuzz/findings
LONGEST=2048
INTERRUPTED=72 # what libFuzzer exits with after SIGINT

seconds=3600
if [[ ${1-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
targets=("$@")
((${#targets[@]} > 0)) || mapfile -t targets < <(ls "$CORPUS")
for target in "${targets[@]}"; do
    [[ -d $CORPUS/$target ]] || fail "fuzzing '$target'" "there is no such target" \
        "name one of: $(ls "$CORPUS" | tr '\n' ' ')"
done

need cmake ninja clang
cd "$ROOT"
step "building fuzz" bash scripts/build.sh fuzz
mkdir -p "$FOUND" "$LOGS"
# Memory that was given back is used again soon: fresh pages cost more than the rest.
export ASAN_OPTIONS=quarantine_size_mb=8
# Targets that are about files write theirs here.
scratch=$(mktemp -d "$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/fuzz.XXXXXX")
fuzzer=
trap '[[ -z $fuzzer ]] || kill "$fuzzer" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

# run LOG TARGET ARGUMENT...: in the scratch folder; what it says goes to build/logs/LOG.log.
run() {
    local log=$LOGS/$1.log program=$BIN/fuzz_$2 status=0
    shift 2
    (cd "$scratch" && exec nice -n 19 "$program" "$@") >"$log" 2>&1 </dev/null &
    fuzzer=$!
    wait "$fuzzer" || status=$?
    fuzzer=
    return "$status"
}

# Into `processor`: the seconds of processor time that all this shell waited for have taken. In a
# $(...) `times` would tell of that one's own.
look_at_processor() {
    times >"$scratch/times"
    processor=$(awk -F '[ms ]+' 'NR == 2 { printf "%d", ($1 + $3) * 60 + $2 + $4 }' \
        "$scratch/times")
}

# The last number behind WORD in the log of a target.
number() {
    grep -oE "$2 *[0-9]+" "$LOGS/fuzz-$1.log" | tail -1 | grep -oE '[0-9]+$' || echo 0
}

fuzz() {
    local target=$1 grown=$ROOT/build/fuzz/grown/$1 words=() status=0 executions=0 begun spent=0
    mkdir -p "$grown" "$CORPUS/$target"
    [[ ! -f tests/fuzz/$target.dict ]] || words=(-dict="$ROOT/tests/fuzz/$target.dict")
    look_at_processor
    begun=$processor
    # libFuzzer stops by the clock: beside other work it is run again for what is left.
    while ((status == 0 && spent < seconds)); do
        run "fuzz-$target" "$target" -max_total_time=$((seconds - spent)) -max_len=$LONGEST \
            -timeout=10 -use_value_profile=1 -print_final_stats=1 \
            -artifact_prefix="$FOUND/$target-" "${words[@]}" "$grown" "$CORPUS/$target" || status=$?
        executions=$((executions + $(number "$target" stat::number_of_executed_units:)))
        look_at_processor
        spent=$((processor - begun))
    done
    ((status != INTERRUPTED)) || status=0
    rows+=("$(printf '%-10s %12s %8s %8s %9s' "$target" "$executions" "$spent" \
        "$(number "$target" 'cov:')" $((status != 0)))")
    if ((status != 0)); then
        bad=1
        grep -hE 'broken promise|SUMMARY' "$LOGS/fuzz-$target.log" | sed "s/^/  $target: /" || true
    fi
    # Whatever is in the repository stays, and of the rest what reaches other code.
    run "fuzz-merge-$target" "$target" -set_cover_merge=1 -use_counters=0 -max_len=$LONGEST \
        "$CORPUS/$target" "$grown" ||
        say "  $target: merging stopped; see build/logs/fuzz-merge-$target.log"
}

bad=0
rows=()
for target in "${targets[@]}"; do
    fuzz "$target"
done
printf '%-10s %12s %8s %8s %9s\n' target executions seconds edges findings
printf '%s\n' "${rows[@]}"
((bad == 0)) || say "the inputs are in build/fuzz/findings; bin/fuzz_TARGET FILE shows one again"
exit "$bad"
