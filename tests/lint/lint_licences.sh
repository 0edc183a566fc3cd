#!/usr/bin/env bash
# lint_licences.sh ROOT: each library that becomes part of the programs has the text of its licence in
# licences/, each text there is told of in THIRD-PARTY.md, and the packages contain both.
set -euo pipefail
cd "$1"
bad=0
complain() {
    echo "$*"
    bad=1
}
# The one among them that only tests contain.
libraries=$(sed -n '/^PACKAGES=(/,/)/p' scripts/build-deps.sh | tr '()' '  ' |
    sed 's/PACKAGES=//; s/\bcmocka\b//')
[[ $libraries == *libsndfile* ]] || complain 'scripts/build-deps.sh does not list the libraries'
for library in $libraries; do
    [[ -s licences/$library.txt ]] || complain "$library: licences/ has no text"
done
for text in licences/*.txt; do
    grep -qE "^\|[^|]*\b$(basename "$text" .txt)\b" THIRD-PARTY.md ||
        complain "$text: THIRD-PARTY.md does not tell of it"
done
grep -q 'THIRD-PARTY.md' cmake/package.cmake && grep -q 'DIRECTORY.* licences ' cmake/package.cmake ||
    complain 'cmake/package.cmake does not install them'
exit $bad
