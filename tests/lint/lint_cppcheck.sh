#!/usr/bin/env bash
# lint_cppcheck.sh ROOT: cppcheck finds nothing in what we build, read for 64-bit Windows. Where it
# is wrong, the line says so with a reason.
set -euo pipefail
cd "$1"
mapfile -t folders < <(find client service -type d -printf '-I%p\n')
cppcheck -j "$(nproc)" --quiet --error-exitcode=1 --std=c11 --platform=win64 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    --include=tests/lint/cppcheck_macros.h \
    --template='{file}:{line}: {id}: {message}' "${folders[@]}" client service samples
