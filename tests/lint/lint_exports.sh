#!/usr/bin/env bash
# lint_exports.sh OBJDUMP DLL HEADERS...: the DLL exports exactly the functions that these declare.
set -euo pipefail
declared=$(grep -hoE '^TAPEMAP_API .*' -A1 "${@:3}" | grep -oE 'tapemap_[a-z_0-9]+\(' | tr -d '(' | sort -u)
exported=$("$1" -p "$2" | awk '/\[Ordinal\/Name Pointer\] Table/ { on = 1; next }
    on && NF == 0 { on = 0 } on { print $NF }' | sort -u)
diff <(echo "$declared") <(echo "$exported") && [[ -n $declared ]]
