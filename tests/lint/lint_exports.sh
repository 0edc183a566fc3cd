#!/usr/bin/env bash
# lint_exports.sh OBJDUMP DLL DEF HEADERS...: the DLL exports exactly the functions that these headers
# declare, and tapemap.def, of which others make import libraries, names the same.
set -euo pipefail
declared=$(grep -hoE '^TAPEMAP_API .*' -A1 "${@:4}" | grep -oE 'tapemap_[a-z_0-9]+\(' | tr -d '(' | sort -u)
exported=$("$1" -p "$2" | awk '/\[Ordinal\/Name Pointer\] Table/ { on = 1; next }
    on && NF == 0 { on = 0 } on { print $NF }' | sort -u)
defined=$(sed '1,/^EXPORTS$/d; s/ //g' "$3" | sort -u)
[[ -n $declared ]] && diff <(echo "$declared") <(echo "$exported") &&
    diff <(echo "$declared") <(echo "$defined")
