#!/usr/bin/env bash
# What the programs say of themselves: each page fits a screen of 24 lines of 80 columns, `VERB --help`
# is the page of `help VERB`, and docs/reference.md has them all.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

TAPEMAP_BIN=$BIN bash "$ROOT/scripts/reference.sh" reference.md
diff "$ROOT/docs/reference.md" reference.md ||
    complain "docs/reference.md is out of date; run scripts/reference.sh"

awk '/^```$/ { inside = !inside; lines = 0; next }
    /^#/ && !inside { page = $0 }
    inside && (++lines > 24 || length > 80 || /[ \t]$/) { print page ": " lines ": " $0; bad = 1 }
    END { exit bad }' reference.md ||
    complain "these lines are below the 24th, over 80 columns, or end in blanks"

pages=$(<reference.md)
for program in tapemap tapemapd; do
    overview=$($program --help)
    [[ $pages == *"$overview"* ]] || complain "$program --help is not what $program help is"
    for verb in $($program help verbs | cut -d ' ' -f 1); do
        [[ $overview == *" $verb "* ]] || complain "$program --help does not name $verb"
        [[ $verb == help ]] && continue
        [[ $pages == *$'\n```\n'"$($program "$verb" --help)"$'\n```'* ]] ||
            complain "$program $verb --help is not what $program help $verb is"
    done
done
passed
