#!/usr/bin/env bash
# What tapemap refuses: each gets one line on stderr that says what is wrong and what to do, a
# non-zero exit code and nothing on stdout, and no file is left or touched.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 1000 \
    --channels 1 <recorder.in
wait_until "it is listed" is_listed "$DECK"
for verb in "export -o e.wav" "verify --ramp"; do
    # shellcheck disable=SC2086
    fails 1 "'$DECK': nothing is recorded yet" tapemap ${verb/ / $DECK }
done
send recorder s16 1 0 100000
wait_until "all is recorded" fact_is "$DECK" head_frames 100000
mkdir folder
echo kept >exists.wav
touch before

for verb in info meter verify tail export; do
    fails 2 "cannot run '$verb': the deck or file is missing; see 'tapemap help $verb'" tapemap "$verb"
    fails 2 "cannot run '$verb': there is no option '--nix'" tapemap "$verb" "$DECK" --nix
    fails 2 "cannot run '$verb': there is no option '-x'" tapemap "$verb" "$DECK" -x
done
for verb in info "meter --once" "verify --ramp" "tail -o e.wav" "export -o e.wav"; do
    # shellcheck disable=SC2086
    set -- $verb
    fails 1 "cannot open deck 'nix': no deck of that name has a tape; see 'tapemap list'" \
        tapemap "$1" nix "${@:2}"
    fails 1 "cannot open tape 0123456789abcdef: no tape of that id exists" \
        tapemap "$1" id:0123456789abcdef "${@:2}"
    fails 2 "cannot run '$1': 'more' is one argument too many" tapemap "$1" "$DECK" more "${@:2}"
done
for bad in "id:" "id:123" "id:zzzzzzzzzzzzzzzz" "id:0123456789abcdef0"; do
    fails 1 "that is no id; give the 16 hex digits" tapemap info "$bad"
done
for bad in "a/b" 'a\b' a.wav; do
    fails 1 "there is no such file; see whether the path is right" tapemap info "$bad"
done
for bad in "" "a?b" "$(printf 'a%.0s' {1..64})"; do
    fails 1 "no deck can have that name; see 'tapemap list'" tapemap info "$bad"
done

for bad in x 12 -5 1:60 "" f 5fs 1e3s 99999999999999999999f 99999999999999999999s -f now-1s \
    "1 s" 0x10f --to; do
    for option in --from --to; do
        fails 2 "cannot read '$bad' of option '$option': that is no position.*; give frames" \
            tapemap export "$DECK" -o e.wav "$option" "$bad"
    done
    fails 2 "cannot read '$bad' of option '--from'" tapemap tail "$DECK" -o e.wav --from "$bad"
    fails 2 "cannot read '$bad' of option '--to'" tapemap verify "$DECK" --ramp --to "$bad"
done

# exports_not PATTERN ARGS...
exports_not() {
    local pattern=$1
    shift
    fails 1 "$pattern" tapemap export "$DECK" "$@"
}
exports_not "from frame 5 to frame 5 there is nothing" -o e.wav --from 5f --to 5f
exports_not "from frame 6 to frame 5 there is nothing" -o e.wav --from 6f --to 5f
exports_not "frame 100001 is not recorded yet; end at frame 100000, the head" -o e.wav --to 100001f
exports_not "from frame 100000 to frame 100000 there is nothing" -o e.wav --from now
exports_not "frame 100001 is not recorded yet; begin before frame 100000, the head" \
    -o e.wav --from 100001f
exports_not "from frame 0 to frame 0 there is nothing" -o e.wav --to start
exports_not "cannot create 'exists.wav': it exists; give another name, or '--force'" -o exists.wav
exports_not "cannot create 'nix/e.wav': .*; make its folder first" -o nix/e.wav
exports_not "cannot create 'folder': it is a folder" -o folder --format wav
exports_not "cannot create 'folder': it is a folder" -o folder --format wav --force
exports_not "cannot create 'exists.wav/e.wav': " -o exists.wav/e.wav
exports_not "cannot create '/proc/e.wav': .*see whether you may write there" -o /proc/e.wav
exports_not "cannot create 'a\?b.wav': " -o "a?b.wav"
fails 1 "cannot create 'exists.wav': it exists" tapemap tail "$DECK" -o exists.wav
fails 1 "cannot stream deck '$DECK': from frame 9 to frame 9 there is nothing" \
    tapemap tail "$DECK" -o e.wav --from 9f --to 9f
fails 1 "frame 200000 .3:20.0, --from 200s. is not recorded yet; begin before frame 100000, the head" \
    tapemap verify "$DECK" --ramp --from 200s

# export_misused PATTERN ARGS...
export_misused() {
    local pattern=$1
    shift
    fails 2 "cannot run 'export': $pattern" tapemap export "$DECK" "$@"
}
export_misused "it is not said where to; give '-o OUT'"
export_misused "option '--output' needs a value" -o
export_misused "'-o' names no file" -o ""
export_misused "the format of 'e' is not known by its name" -o e
export_misused "the format of 'e.mp3' is not known by its name" -o e.mp3
export_misused "there is no format 'mp3' here; give wav, w64, caf, flac, ogg, opus or raw" -o e.wav --format mp3
export_misused "'--format raw' contradicts the name 'e.wav'" -o e.wav --format raw
export_misused "'--format wav' contradicts the name 'e.pcm'" -o e.pcm --format wav
for device in NUL con LPT1; do
    export_misused "'$device' is a device and no file; give '-o FILE', or '-o -'" -o "$device" \
        --format raw --force
    fails 2 "'$device' is a device and no file" tapemap tail "$DECK" -o "$device" --force
done
export_misused "option '--force' takes no value" -o e.wav --force=1
fails 2 "there is no format 'x' here" tapemap tail "$DECK" --format x
fails 2 "it is not said what to verify against; give '--ramp'" tapemap verify "$DECK"
for bad in 0 -1 x 1e3 "" 99999999999999999999; do
    fails 2 "cannot run 'meter': '$bad' is no number of seconds" \
        tapemap meter "$DECK" --seconds "$bad"
done
fails 2 "'--once' and '--seconds' exclude each other" tapemap meter "$DECK" --once --seconds 1
fails 2 "cannot run 'list': 'nix' is one argument too many" tapemap list nix
fails 2 "cannot run 'list': there is no option '--nix'" tapemap list --nix
fails 2 "cannot run 'nix': there is no such verb; see 'tapemap help'" tapemap nix
fails 2 "cannot run 'nix': there is no such verb" tapemap help nix
code=0
tapemap >none.out 2>none.err || code=$?
same "exit code without a verb" 2 "$code"
[[ ! -s none.out && -s none.err ]] || complain "the help without a verb goes to stdout"

# No room for the file.
for verb in export tail; do
    code=0
    with_room 50 tapemap "$verb" "$DECK" -o full.wav --from start >full.out 2>full.err || code=$?
    same "exit code of $verb on a full disk" 1 "$code"
    matches "sentence of $verb on a full disk" "^tapemap: cannot write 'full.wav': " \
        "$(cat full.err)"
    same "lines of $verb on a full disk" 1 "$(wc -l <full.err)"
done

same "what exists" kept "$(cat exists.wav)"
same "files that are left" "" "$(find . \( -name 'e.*' -o -name '*.part' -o -name 'full.wav' \
    -o -name 'a?b.wav' \) | sort)"
same "state of the recorder after all that" recording "$(fact "$DECK" state)"
end_feed recorder
ends recorder 0
passed
