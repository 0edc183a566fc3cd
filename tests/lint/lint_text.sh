#!/usr/bin/env bash
# lint_text.sh ROOT: how our files look.
#  - C files begin with the SPDX line, have no tabs, no line over 100 columns, at most 500 lines
#  - no CR, no white space at the end of a line, a newline at the end of each file
#  - the names of C files are unique in the repository
#  - no host name of a package registry, no path of somebody's machine
set -euo pipefail
cd "$1"
bad=0
complain() {
    echo "$*"
    bad=1
}
mapfile -t all < <(git ls-files --cached --others --exclude-standard)
mapfile -t code < <(printf '%s\n' "${all[@]}" | grep -E '\.[ch]$')

for file in "${code[@]}"; do
    [[ $(head -1 "$file") == '/* SPDX-License-Identifier: MIT */' ]] ||
        complain "$file: does not begin with its SPDX line"
    lines=$(wc -l <"$file")
    ((lines <= 500)) || complain "$file: $lines lines; split it"
done
if grep -nP '\t' "${code[@]}"; then complain 'tabs'; fi
if grep -nE '^.{101,}' "${code[@]}"; then complain 'lines over 100 columns'; fi
for file in "${all[@]}"; do
    [[ -f $file ]] && grep -qI . "$file" || continue
    if grep -nE $'\r|[ \t]+$' "$file"; then complain "$file: CR or white space at a line's end"; fi
    [[ -z $(tail -c1 "$file") ]] || complain "$file: no newline at its end"
done
twice=$(printf '%s\n' "${code[@]}" | sed 's|.*/||' | sort | uniq -d)
[[ -z $twice ]] || complain "file names used twice: $twice"
if grep -nIE '(deb|security|registry|snapshot)\.[a-z]+(js)?\.(org|com)|(^|[^a-zA-Z0-9._-])/(work|root|home)/' \
    "${all[@]}" | grep -v '^tests/lint/lint_text.sh:'; then
    complain 'a registry host or a path of a machine'
fi
exit $bad
