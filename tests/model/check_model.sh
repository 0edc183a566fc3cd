#!/usr/bin/env bash
# check_model.sh MODEL.pml [MACRO]: spin looks at every state that the model can be in and finds no
# fault; and with each BREAK_x or REACH_x of the model it finds one, or the model would not see what
# it is there for. With MACRO only that one, and what spin finds is printed step by step.
set -euo pipefail

model=$(realpath "$1")
macros=("${2:-}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
bad=0

command -v spin >/dev/null || {
    echo "check_model.sh: looking for 'spin': it is not installed; run scripts/setup.sh" >&2
    exit 1
}
compiler=$(command -v clang || echo gcc) # most of the time goes into compiling: clang is faster

# search MACRO: prints the number of faults; all else is in search.out.
search() {
    spin -a ${1:+-D"$1"} "$model" >spin.out 2>&1 || {
        cat spin.out >&2
        return 1
    }
    "$compiler" -w -O0 -DSAFETY -o pan pan.c
    ./pan -m100000 -w20 -n >search.out
    sed -n 's/.*errors: \([0-9]*\)$/\1/p' search.out
}

if [[ -z ${macros[0]} ]]; then
    found=$(search '')
    if [[ $found != 0 ]] || grep -Eq 'max search depth|out of memory|not completed' search.out; then
        cat search.out >&2
        spin -k "$(basename "$model").trail" -t -p -g "$model" 2>&1 | tail -n 60 >&2
        exit 1
    fi
    states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' search.out)
    echo "$(basename "$model"): no fault in $states states"
    mapfile -t macros < <(grep -oE '\b(BREAK|REACH)_[A-Z_]+' "$model" | grep -v '_x$' | sort -u)
    ((${#macros[@]} > 0)) || exit 1
fi
for macro in "${macros[@]}"; do
    found=$(search "$macro")
    if ((found > 0)); then
        echo "$macro: found: $(sed -n 's/^pan:[0-9]*: \(.*\) (at depth.*/\1/p' search.out)"
        [[ -z ${2:-} ]] || spin -D"$macro" -k ./*.trail -t -p -g "$model"
    else
        echo "$(basename "$model"): $macro: spin finds nothing wrong with that" >&2
        bad=1
    fi
done
exit $bad
