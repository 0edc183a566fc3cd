#!/usr/bin/env bash
# What is installed is of use to others, wherever it lies: programs of theirs find the DLL by CMake,
# by pkg-config and by the .def file, and run; and the ZIP holds the same, with all licences.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

BUILD=$(dirname "$BIN")
CROSS=x86_64-w64-mingw32
CONSUMER=$ROOT/tests/consumer
VERSION=$(sed -n 's/^project(tapemap VERSION \([0-9.]*\).*/\1/p' "$ROOT/CMakeLists.txt")

windows() {
    timeout -k 5 $((2 * PATIENCE)) bash "$ROOT/scripts/wine.sh" "$@"
}

# reads PROGRAM: one of the consumers reads a tape.
reads() {
    same "what $1 says" "tapemap $VERSION: 48000 frames" "$(windows "$1" tape.wav | tr -d '\r')"
}

quietly() {
    "$@" >quiet.log 2>&1 || {
        tail -n 20 quiet.log >&2
        return 1
    }
}

quietly cmake --install "$BUILD" --prefix "$PWD/first"
mkdir elsewhere
mv first elsewhere/tapemap
package=$PWD/elsewhere/tapemap
! grep -rlF -e "$ROOT" -e "$PWD/first" "$package" || complain "these files know where they were made"

tapemapd record --deck "$DECK" --source tone:ramp --duration 1s --speed max --store file \
    --output tape.wav 2>record.err || complain "$(<record.err)"

# ---- CMake --------------------------------------------------------------------------------------
options=(-G Ninja -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_C_COMPILER="$CROSS-gcc-win32")
! command -v $CROSS-g++-win32 >/dev/null || options+=(-DCMAKE_CXX_COMPILER="$CROSS-g++-win32")
found=-DCMAKE_PREFIX_PATH=$package
quietly cmake -S "$CONSUMER" -B by-cmake "${options[@]}" "$found"
quietly cmake --build by-cmake
for program in by-cmake/consumer*.exe; do
    reads "$program"
done
! cmake -S "$CONSUMER" -B by-cmake-0.2 "${options[@]}" "$found" -DWANTED=0.2 >refused.log 2>&1 ||
    complain "version 0.2 is found, which this is not"
grep -q "version: $VERSION" refused.log || complain "CMake does not say which version there is"

# ---- pkg-config, the .def file, C++ -------------------------------------------------------------
export PKG_CONFIG_LIBDIR=$package/lib/pkgconfig PKG_CONFIG_PATH=
same "the version by pkg-config" "$VERSION" "$(pkg-config --modversion tapemap)"
read -ra flags <<<"$(pkg-config --cflags --libs tapemap)"
mkdir by-pkg-config by-def
$CROSS-gcc-win32 -Wall -Werror "$CONSUMER/consumer.c" "${flags[@]}" -o by-pkg-config/consumer.exe
$CROSS-dlltool -d "$package/lib/tapemap.def" -l by-def/libtapemap.a
$CROSS-gcc-win32 "$CONSUMER/consumer.c" -I"$package/include" -Lby-def -ltapemap \
    -o by-def/consumer.exe
for folder in by-pkg-config by-def; do
    cp "$package/bin/tapemap.dll" "$folder"
    reads "$folder/consumer.exe"
done
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$package/README.md" >seconds.c
$CROSS-gcc-win32 -Wall -Wextra -Werror seconds.c "${flags[@]}" -o by-pkg-config/seconds.exe
for standard in c++11 c++20; do
    g++ -std=$standard -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$package/include" \
        "$CONSUMER/consumer.cpp"
done

# ---- The ZIP ------------------------------------------------------------------------------------
name=tapemap-$VERSION-win64
quietly cpack --config "$BUILD/CPackConfig.cmake" -B "$PWD/packed"
python3 -m zipfile -e "packed/$name.zip" .
diff <(cd "$package" && find . -type f | sort) <(cd "$name" && find . -type f | sort) ||
    complain "the ZIP does not hold what is installed"
for file in bin/tapemap.exe bin/tapemapd.exe bin/tapemap.dll lib/libtapemap.dll.a lib/tapemap.def \
    include/tapemap/tapemap.h README.md LICENSE THIRD-PARTY.md docs/{layout,reference}.md \
    licences/libsndfile.txt samples/{README.md,read_tape.py} completion/tapemap.{bash,ps1}; do
    [[ -s $name/$file ]] || complain "the ZIP has no $file"
done
quietly cmake -S "$name/samples" -B samples-built "${options[@]}"
quietly cmake --build samples-built
same "what a sample says that was built where the ZIP was unpacked" \
    "kept 48000 frames, from 0 to 48000" \
    "$(windows samples-built/keep_last_minute.exe tape.wav minute.wav | tr -d '\r')"
for program in tapemap tapemapd; do
    same "$program from the ZIP" "$program $VERSION" "$(windows "$name/bin/$program.exe" --version)"
done

# ---- Versions -----------------------------------------------------------------------------------
version_of() {
    windows "$BIN/file_version.exe" "$name/bin/$1"
}
matches "the DLL" "^$VERSION dll $VERSION tapemap.dll: Reads" "$(version_of tapemap.dll)"
matches "the client" "^$VERSION app $VERSION tapemap.exe: Reads" "$(version_of tapemap.exe)"
matches "the recorder" "^$VERSION app $VERSION tapemapd.exe: Records" "$(version_of tapemapd.exe)"
passed
