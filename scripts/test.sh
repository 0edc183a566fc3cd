#!/usr/bin/env bash
# Everything, from nothing: sets up, builds all presets, runs all tests, and says how many passed.
set -euo pipefail
source "$(dirname "$0")/common.sh"

# Only what this run has started is stopped at its end.
started=()
stop_all() {
    local script
    for script in "${started[@]}"; do
        bash "$ROOT/scripts/$script" stop || true
    done
}
trap stop_all EXIT
trap 'exit 130' INT TERM HUP

cd "$ROOT"
bash scripts/setup.sh
bash scripts/build.sh release win32 native tsan

bash scripts/sound.sh status >/dev/null || {
    started+=(sound.sh)
    bash scripts/sound.sh start
}
bash scripts/wine-session.sh status >/dev/null || {
    started+=(wine-session.sh)
    bash scripts/wine-session.sh start
}

# report_counts FILE: passed, failed and skipped tests. What never ran counts as failed, unless the
# test itself asked to be skipped.
report_counts() {
    local all passed skipped
    all=$(grep -c '<testcase ' "$1" || true)
    passed=$(grep -c '<testcase .* status="run">' "$1" || true)
    skipped=$(grep -c '<skipped message="SKIP_' "$1" || true)
    echo "$passed $((all - passed - skipped)) $skipped"
}

passed=0 failed=0 skipped=0
# The 32-bit programs are compiled only: Debian's Wine has no 32-bit half.
for preset in native tsan release; do
    say "testing $preset"
    report=$LOGS/tests-$preset.xml
    rm -f "$report"
    ctest --preset "$preset" --output-on-failure --no-tests=error --output-junit "$report" \
        </dev/null || true
    [[ -e $report ]] || fail "testing $preset" "ctest ran nothing" "see what it says above"
    read -r p f s < <(report_counts "$report")
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
summary="$passed passed, $failed failed"
((skipped == 0)) || summary+=", $skipped skipped"
say "$summary"
((failed == 0 && passed > 0))
