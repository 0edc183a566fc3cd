#!/usr/bin/env bash
# lint_layering.sh ROOT: who may include whom.
#  - <windows.h> and its kin only in *_win32.c
#  - no #if on the system inside .c files: CMake chooses files (atomic64.h and tapemap.h may ask)
#  - client knows nothing of service; format nothing of library; CLI and samples only the DLL's API
set -euo pipefail
cd "$1"
bad=0
# report RULE: passes the offending lines on standard input through and counts them. Not behind a
# pipe: there it would count in a process of its own, and nothing would ever fail.
report() {
    local lines
    lines=$(cat)
    [[ -n $lines ]] || return 0
    printf '%s:\n%s\n' "$1" "$lines"
    bad=1
}
sources=$(git ls-files --cached --others --exclude-standard -- client service samples tests |
    grep -E '\.[ch]$')

report '<windows.h> and its kin belong in *_win32.c' < <(
    grep -nE '#include <(windows|winsock2|aclapi|sddl|avrt|bcrypt|shellapi)\.h>' $sources |
        grep -v '_win32\.c:')
report 'no #if _WIN32 in a .c file; split it into *_win32.c and *_posix.c' < <(
    grep -nE '^ *#.*\b_WIN32\b' $(grep '\.c$' <<<"$sources"))

# names of the headers in these folders, as an alternation for grep
headers() {
    grep -E "^($1)/.*\.h$" <<<"$sources" | sed 's|.*/||; s|\.|\\.|' | paste -sd'|'
}
# forbid WHO WHAT-FOLDERS: files of WHO must not include headers of WHAT-FOLDERS
forbid() {
    local names files
    names=$(headers "$2")
    files=$(grep -E "^($1)/" <<<"$sources" || true)
    [[ -n $names && -n $files ]] || return 0
    report "$1 must not include headers of $2" < <(grep -nE "#include \"($names)\"" $files)
}
forbid 'client' 'service/[a-z]+'
forbid 'client/format' 'client/library|client/system|client/cli'
forbid 'client/finish' 'client/library|client/cli'
forbid 'client/draw|client/measure' 'client/library|client/system|client/cli|client/finish'
forbid 'client/play|client/devices' 'client/library|client/finish|client/cli'
forbid 'client/devices|service/[a-z]+' 'client/play'
forbid 'client/cli|samples' 'client/library|client/finish'
forbid 'service/[a-z]+' 'client/library|client/cli'
forbid 'service/(engine|stores|sources|control|host)' 'service/selftest'
forbid 'service/engine' 'service/host|client/system'
forbid 'service/stores|service/sources' 'service/host'
exit $bad
