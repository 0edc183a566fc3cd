#!/usr/bin/env bash
# --rotate by the clock: tapes begin when it shows a multiple, also those of audio that is recorded
# faster than it would play.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

record=(tapemapd record --deck "$DECK" --source tone:ramp --rate 8000 --channels 1 --store file
    --extent 1MiB --keep-free 0 --name '{utc}.wav')

# check FOLDER SECONDS: names and lengths of the tapes in a folder, and every frame.
check() {
    local files=("$1"/*.wav) i seconds
    for ((i = 1; i < ${#files[@]}; i++)); do
        seconds=$(date -u -d "$(basename "${files[i]}" Z.wav |
            sed 's/\(....\)\(..\)\(..\)T\(..\)\(..\)\(..\)/\1-\2-\3 \4:\5:\6/')" +%s)
        ((seconds % $2 == 0)) || complain "${files[i]} does not begin at a multiple of $2 s"
        ((i + 1 == ${#files[@]})) || same "frames of ${files[i]}" $(($2 * 8000)) \
            "$(tapemap info "${files[i]}" --json | python3 "$E2E/json_value.py" head_frames)"
    done
    matches "$1" "^verified ${#files[@]} tapes, .* every sample right" \
        "$(tapemap verify --ramp --series "${files[0]}")"
}

"${record[@]}" --output live --rotate 2s --duration 7s 2>live.err
check live 2
(($(find live -name '*.wav' | wc -l) >= 4)) || complain "too few tapes: $(ls live)"
"${record[@]}" --output fast --rotate 1m --duration 10m --speed max 2>fast.err
check fast 60
same "tapes at full speed" 11 "$(find fast -name '*.wav' | wc -l)"
"${record[@]}" --output size --name '{id}.wav' --rotate size:1MiB --duration 10m --speed max 2>size.err
same "tapes by size" 10 "$(find size -name '*.wav' | wc -l)"
fails 2 "--rotate '7h' is not understood; " "${record[@]}" --rotate 7h
fails 1 "less than a second of this format; give size:16000 or more" "${record[@]}" --rotate size:15999
passed
