#!/usr/bin/env bash
# The completion of bash, asked as bash asks it and typed at a real prompt: verbs, topics, options,
# decks that are there now, files. What it offers is what the programs take, neither more nor less.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

mkdir bin
for program in tapemap tapemapd; do
    printf '#!/bin/sh\nexec bash "%s" "%s" "$@"\n' "$ROOT/scripts/wine.sh" "$BIN/$program.exe" \
        >"bin/$program"
done
chmod +x bin/*
PATH=$PWD/bin:$PATH

# offers WORD...: what is offered for the last word of a line, on one line.
offers() (
    trap - ERR # a prompt has none
    set +e
    COMP_CWORD=$(($# - 1)) COMPREPLY=() COMP_WORDS=("$@")
    _tapemap "$1" "${!#}" "${COMP_WORDS[-2]}"
    printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' '
)

source "$ROOT/completion/tapemap.bash"

# ---- Verbs, topics and options ------------------------------------------------------------------
same "verbs" "marks" "$(offers tapemap marks)"
same "verbs of one beginning" "mark marks" "$(offers tapemap mar)"
same "options before a verb" "--version" "$(offers tapemapd --v)"
same "a topic" "positions" "$(offers tapemap help po)"
same "topics and verbs" "resume rotation run" \
    "$(offers tapemapd help r | tr ' ' '\n' | grep -E '^(resume|rotation|run)$' | paste -sd ' ')"
same "actions" "start status stop" "$(offers tapemapd service st)"
same "options of one beginning" "--resume --resume-or-new" "$(offers tapemapd record --resu)"
same "options of a verb that is not there" "--help" "$(offers tapemap nix --)"

python3 "$E2E/option_tables.py" "$ROOT" >tables || complain "the tables of options were not read"
(($(wc -l <tables) > 25)) || complain "hardly any verbs were read: $(wc -l <tables)"
while read -r program verb options; do
    same "options of $program $verb" "$options" "$(offers "$program" "$verb" --)"
done <tables
for program in tapemap tapemapd; do
    for verb in $($program help verbs | cut -d ' ' -f 1); do
        [[ $verb == help ]] || grep -q "^$program $verb " tables ||
            complain "$program $verb has no table of options"
    done
done

# ---- Decks and files ----------------------------------------------------------------------------
feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 8000 \
    --channels 1 <recorder.in
wait_until "$DECK is listed" is_listed "$DECK"
same "the deck" "$DECK" "$(offers tapemap info "${DECK%?}")"
same "the deck to record" "$DECK" "$(offers tapemapd record --deck "${DECK%?}")"
same "no decks for the value of an option" "" "$(offers tapemap export --output "${DECK%?}")"

# types WHAT EXPECTED: at a prompt.
types() {
    python3 "$E2E/prompt.py" prompt.sh "$@" || complain "typed: $1"
}
cat >prompt.sh <<END
PATH='$PATH' PS1='ready> ' INPUTRC=/dev/null HISTFILE=
bind 'set enable-bracketed-paste off'
source '$ROOT/completion/tapemap.bash'
END
touch readable.wav
types $'tapemap expo\t' 'tapemap export '
types "tapemap info ${DECK%?}"$'\t' "$DECK "
types $'tapemap info reada\t' 'readable.wav '
types $'tapemapd record --out\t' '--output '
send recorder s16 1 0 8000
end_feed recorder
ends recorder 0

# ---- Failures -----------------------------------------------------------------------------------
unset -f tapemap
PATH=/usr/bin:/bin
same "what is not said without the programs" "" "$(offers tapemap ma 2>&1; offers tapemap info x 2>&1)"
passed
