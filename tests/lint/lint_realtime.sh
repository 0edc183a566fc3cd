#!/usr/bin/env bash
# lint_realtime.sh NM OBJECT ALLOWED...: the object file calls nothing but the functions named. What
# runs in an audio callback must not reach a lock, an allocation or a system call.
set -euo pipefail
nm=$1 object=$2
shift 2
[[ -f $object ]] || {
    echo "checking $object: there is no such file; build first"
    exit 1
}
# Here and not behind the loop: an object that cannot be read must not count as one without calls.
symbols=$("$nm" --undefined-only --format=just-symbols "$object" 2>/dev/null ||
    "$nm" -u "$object" | awk '{print $NF}')
bad=0
while read -r symbol; do
    allowed=0
    [[ -n $symbol ]] || continue
    for name in "$@"; do
        [[ $symbol == "$name" || $symbol == "__imp_$name" ]] && allowed=1
    done
    ((allowed)) || {
        echo "$object calls $symbol"
        bad=1
    }
done <<<"$symbols"
exit $bad
