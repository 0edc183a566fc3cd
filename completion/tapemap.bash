# shellcheck shell=bash
# Completion of tapemap and tapemapd for bash: source this file, or have it where bash-completion
# looks, under both names. It asks the programs themselves: `help verbs` and `help topics`, the help
# of a verb for its options, and `list` for the decks that there are. What fails offers nothing.

# What stands first in each line.
_tapemap_names() {
    "$1" help "$2" 2>/dev/null </dev/null | sed -E 's/ .*//'
}

# In paragraphs options of other verbs are named; in the usage and in tables, which are indented,
# its own. All take --help.
_tapemap_options() {
    {
        "$1" help "$2" 2>/dev/null </dev/null | grep -E '^(usage:|  )'
        echo --help
    } | grep -oE -e '--[a-z]+(-[a-z]+)*' | sort -u
}

# tapemap, which lists them, lies beside tapemapd. What JSON would have to escape is left out.
_tapemap_decks() {
    "${1/%tapemapd/tapemap}" list --json 2>/dev/null </dev/null |
        sed -nE 's/^\s*"deck":\s*"([^"\\]*)",?$/\1/p' | sort -u
}

# _tapemap_offer WORD: of the lines on stdin those that begin with the word being completed.
_tapemap_offer() {
    local candidate
    while IFS= read -r candidate; do
        [[ -z $candidate || $candidate != "$1"* ]] || COMPREPLY+=("$(printf '%q' "$candidate")")
    done
}

_tapemap() {
    local program=${1%.exe} word=$2 before=$3 verb=${COMP_WORDS[1]-}
    local name=${program##*[/\\]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)) && [[ $word == -* ]]; then
        _tapemap_offer "$word" <<<$'--help\n--version'
    elif ((COMP_CWORD == 1)); then
        _tapemap_offer "$word" < <(_tapemap_names "$program" verbs)
    elif [[ $verb == help ]]; then
        ((COMP_CWORD > 2)) || _tapemap_offer "$word" < <(
            _tapemap_names "$program" verbs
            _tapemap_names "$program" topics
        )
    elif [[ $word == -* ]]; then
        _tapemap_offer "$word" < <(_tapemap_options "$program" "$verb")
    elif [[ $name == tapemapd && $verb == service && $COMP_CWORD -eq 2 ]]; then
        _tapemap_offer "$word" <<<$'install\nuninstall\nstart\nstop\nstatus'
    else
        compopt -o default 2>/dev/null
        [[ $before != --deck && ($name == tapemapd || $before == -*) ]] ||
            _tapemap_offer "$word" < <(_tapemap_decks "$program")
    fi
    return 0
}

complete -F _tapemap tapemap tapemap.exe tapemapd tapemapd.exe
