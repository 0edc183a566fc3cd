#!/usr/bin/env bash
# small_volume.sh COMMAND...: runs it with one more argument, the folder of a new volume of 4 MiB,
# as Wine names it. Exit code 77 (skipped) where nobody may mount one.
set -euo pipefail

folder=$(mktemp -d)
clean_up() {
    umount "$folder" 2>/dev/null || true
    rmdir "$folder"
}
trap clean_up EXIT
mount -t tmpfs -o size=4m tapemap-test "$folder" 2>/dev/null || {
    echo "small_volume.sh: skipped: mounting a small volume is not permitted; run it as root" >&2
    exit 77
}
"$@" "Z:${folder//\//\\}"
