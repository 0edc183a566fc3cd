#!/usr/bin/env bash
# What the programs say of themselves: each page fits a screen of 24 lines of 80 columns, and
# docs/reference.md has the same.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

# fits PROGRAM ARGS...: this help.
fits() {
    "$@" >page || complain "$*: failed"
    (($(wc -l <page) <= 24)) || complain "$*: $(wc -l <page) lines"
    ! grep -nE '^.{81,}|[[:space:]]$' page || complain "$*: a line is over 80 columns, or ends in blanks"
    [[ -s page ]] || complain "$*: says nothing"
}

for program in tapemap tapemapd; do
    fits $program help
    overview=$(<page)
    same "$program --help" "$overview" "$($program --help)"
    for verb in $($program help verbs | cut -d ' ' -f 1); do
        fits $program help "$verb"
        [[ $verb == help ]] || same "$program $verb --help" "$(<page)" "$($program "$verb" --help)"
        [[ $overview == *" $verb "* ]] ||
            complain "the help of $program does not name $verb"
    done
    for topic in $($program help topics); do
        fits $program help "$topic"
    done
done

TAPEMAP_BIN=$BIN bash "$ROOT/scripts/reference.sh" reference.md
diff "$ROOT/docs/reference.md" reference.md ||
    complain "docs/reference.md is out of date; run scripts/reference.sh"
passed
