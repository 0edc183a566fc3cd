#!/usr/bin/env bash
# Fetches the source of LMDB from Debian into build/peers/lmdb, where tests/bench builds it for
# Windows, so that it is measured under the same system as tapemap.
set -euo pipefail
source "$(dirname "$0")/common.sh"

PEERS=$ROOT/build/peers

# apt fetches and verifies; it only has to be told, in a folder of our own, that sources are wanted.
fetch_lmdb() {
    local work=$PEERS/new file
    rm -rf "$work"
    mkdir -p "$work/parts" "$work/lists/partial" "$work/source"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
        [[ ! -e $file ]] || sed -E 's/^deb[[:space:]]/deb-src /; s/^Types:.*/Types: deb-src/' \
            "$file" >"$work/parts/$(basename "${file%.list}" .sources).${file##*.}"
    done
    local options=(-q -o Acquire::Retries=3 -o APT::Sandbox::User="$(id -un)"
        -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/parts"
        -o "Dir::State::Lists=$work/lists")
    apt-get "${options[@]}" update
    cd "$work"
    apt-get "${options[@]}" source --download-only --tar-only lmdb
    tar -xf lmdb_*.orig.tar.* -C source --strip-components=1
    mv -T source/libraries/liblmdb "$PEERS/lmdb"
    rm -rf "$work"
}

[[ -d $PEERS/lmdb ]] || step "fetching LMDB's source" fetch_lmdb
