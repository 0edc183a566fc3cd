#!/usr/bin/env bash
# lint_text.sh ROOT: how our files look.
#  - C files begin with the SPDX line, have no tabs, no line over 100 columns, at most 500 lines
#  - no CR, no white space at the end of a line, a newline at the end of each file
#  - the names of C files are unique in the repository
#  - constants of a function are initialised, with {0} too: MSVC wants it (C4132)
#  - what opens, moves or deletes files by their path spells it out (long_path.h): Windows takes 259
#    characters of any other, and Wine does not mind
#  - no host name of a package registry, no path of somebody's machine
set -euo pipefail
cd "$1"
bad=0
complain() {
    echo "$*"
    bad=1
}
# What fuzzing found is as it is.
mapfile -t all < <(git ls-files --cached --others --exclude-standard | grep -v '^tests/fuzz/corpus/')
mapfile -t code < <(printf '%s\n' "${all[@]}" | grep -E '\.[ch]$')

if ! awk -v spdx='/* SPDX-License-Identifier: MIT */' '
    FNR == 1 && $0 != spdx { print FILENAME ": does not begin with its SPDX line"; bad = 1 }
    FNR == 501 { print FILENAME ": more than 500 lines; split it"; bad = 1 }
    END { exit bad }' "${code[@]}"; then bad=1; fi
if grep -nP '\t' "${code[@]}"; then complain 'tabs'; fi
if grep -nE '^.{101,}' "${code[@]}"; then complain 'lines over 100 columns'; fi
mapfile -t text < <(grep -sIlE '' -- "${all[@]}")
if grep -nE $'\r|[ \t]+$' -- "${text[@]}"; then complain "CR or white space at a line's end"; fi
for file in "${text[@]}"; do
    # By the shell alone: a process for each file would take half a minute.
    IFS= read -r -d '' content <"$file" || true
    [[ $content == *$'\n' ]] || complain "$file: no newline at its end"
done
twice=$(printf '%s\n' "${code[@]}" | sed 's|.*/||' | sort | uniq -d)
[[ -z $twice ]] || complain "file names used twice: $twice"
if grep -nE '^ +static const [^=(]*;' "${code[@]}"; then complain 'constants without a value'; fi
by_path='\b(CreateFileW|DeleteFileW|MoveFileExW|CreateDirectoryW|FindFirstFileExW|sf_wchar_open)\('
# These open pipes or the console, and one is handed such a path.
other=':!*control*_win32.c :!*password_win32.c :!*sole_writer_win32.c'
for file in $(git grep -lE "$by_path" -- client service $other); do
    grep -q '"long_path.h"' "$file" || complain "$file: opens files by a path that is not spelt out"
done
if grep -nIE '(deb|security|registry|snapshot)\.[a-z]+(js)?\.(org|com)|(^|[^a-zA-Z0-9._-])/(work|root|home)/' \
    "${all[@]}" | grep -v '^tests/lint/lint_text.sh:'; then
    complain 'a registry host or a path of a machine'
fi
exit $bad
