#!/usr/bin/env bash
# lint_documented.sh ROOT: every function that a header declares has a comment above it; functions
# declared without a blank line between them share one. Inline helpers count in the public headers.
set -euo pipefail
cd "$1"
git ls-files --cached --others --exclude-standard -- '*.h' | grep -vE '^(tests|samples|scripts)/' |
    xargs awk '
    FNR == 1 { documented = 0; depth = 0; is_public = FILENAME ~ /include/ }
    /extern "C"/ { next }
    { before = depth; depth += gsub(/{/, "{") - gsub(/}/, "}") }
    /\*\/[ \t]*$/ { documented = 1 }
    /^[ \t]*$/ { documented = 0 }
    before == 0 && /^[a-zA-Z].*[ *][a-z_0-9]+\(/ && !/^(typedef|static_assert|TAPEMAP_(AT|SIZE))/ &&
        (is_public || !/^static inline/) && !documented {
        print FILENAME ":" FNR ": not documented: " $0
        bad = 1
    }
    END { exit bad }'
