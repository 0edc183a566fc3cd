#!/usr/bin/env bash
# lint_faults.sh ROOT: every row of docs/faults.md names a test, and every test that it names exists:
# a script, a model, a test program, or a case in one (the compiler refuses a case that is not run).
set -euo pipefail
cd "$1"
bad=0
rows=$(grep '^| ' docs/faults.md | tail -n +2)
cases=$(git ls-files --cached --others --exclude-standard -- 'tests/*_test.c' |
    xargs sed -n 's/^static void \([a-z0-9_]*\)(void \*\*state)$/\1/p' | sort -u)
while read -r row; do
    names=$(sed 's/ *|$//; s/.*|//' <<<"$row" | grep -oE '`[^`]+`' | tr -d '`' || true)
    [[ -n $names ]] || {
        echo "no test: $row"
        bad=1
    }
    for name in $names; do
        if [[ ! -e tests/e2e/$name.sh && ! -e tests/$name.c && ! -e tests/model/${name#model_}.pml ]] &&
            ! grep -qx "$name" <<<"$cases"; then
            echo "docs/faults.md: there is no test '$name'"
            bad=1
        fi
    done
done <<<"$rows"
exit $bad
