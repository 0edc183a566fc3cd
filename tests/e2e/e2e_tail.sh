#!/usr/bin/env bash
# Tail: what is recorded, as it arrives, into a file, into a pipe, up to a position, to the tape's
# end, until Ctrl+C, and until the reader has had enough.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

feed recorder
start recorder tapemapd record --deck "$DECK" --source stdin --format s16 --rate 48000 \
    --channels 2 <recorder.in
send recorder s16 2 0 48000
wait_until "a second is recorded" fact_is "$DECK" head_frames 48000

# Into files: from the head (which stands still until the next send), from the start, to the end or
# to a position that is recorded later.
tail_into to_end "$DECK" to_end.wav --from start
tail_into from_now "$DECK" from_now.raw
tail_into bounded "$DECK" bounded.pcm --from 1000f --to 1500ms
tail_into last "$DECK" last.wav --from -250ms --to 2s
tail_into interrupted "$DECK" interrupted.wav --from 40000f
tail_into taken "$DECK" taken.wav --from start --to 2s
echo "old" >used.wav
tail_into used "$DECK" used.wav --from start --to 2s --force
feed player
start player hold_file r used.wav <player.in
wait_until "the player has its file open" grep -q held player.out
echo "old" >taken.wav
[[ ! -e to_end.wav ]] || complain "to_end.wav is there before it is whole"
send recorder s16 2 48000 48000
ends bounded 0
is_ramp bounded.pcm s16 2 1000 71000
ends last 0
is_ramp last.wav s16 2 36000 60000

# stays NAME WHY: in place of NAME.wav is another file, so what was streamed stays beside it.
stays() {
    local part
    part=$(compgen -G "$1.wav.*.part") || die "what $1 streamed is gone: $(cat "$1.err")"
    matches "what $1 says" "^tapemap: cannot finish '$1.wav': .*$2.*; the sound is in '$part', " \
        "$(cat "$1.err")"
    same "the other file" "old" "$(cat "$1.wav")"
    mv "$part" "$1.kept.wav"
    is_ramp "$1.kept.wav" s16 2 0 96000
}
ends taken 1
stays taken "it exists"
ends used 1
stays used "error [0-9]+"
close_pipe player
ends player 0

# Ctrl+C: the file is complete up to there.
same_size() {
    [[ $(stat -c %s "$1".*.part) == "$2" ]]
}
wait_until "all was streamed" same_size interrupted.wav $((80 + 56000 * 4)) ||
    die "$(stat -c %s interrupted.wav.*.part)"
interrupt interrupted
ends interrupted 0
is_ramp interrupted.wav s16 2 40000 56000

# A reader who takes the beginning and goes: the recording does not notice.
{ tapemap tail "$DECK" --from start 2>early.err || echo "code $?" >>early.err; } |
    head -c 100080 >early.bytes
same "stderr when the reader goes" "" "$(own_words <early.err)"
same "first bytes" RIFF "$(head -c 4 early.bytes)"
tail -c 100000 early.bytes >early.raw
is_ramp early.raw s16 2 0 25000

# A pipe whose reader has gone before anything came: enough was read, which is no failure.
mkfifo gone.out
exec {reader}<>gone.out
exec {gone}>gone.out
exec {reader}>&-
for verb in list "list --json" "info $DECK" "info $DECK --json" "meter $DECK" "tail $DECK" \
    "verify $DECK --ramp" help; do
    code=0
    # shellcheck disable=SC2086
    tapemap $verb >&"$gone" 2>gone.err || code=$?
    same "exit code of '$verb' without a reader" 0 "$code"
    same "what '$verb' says without a reader" "" "$(own_words <gone.err)"
done
exec {gone}>&-

# is_stuck PID: its main thread waits for the pipe that is its stdout.
is_stuck() {
    [[ $(cat "/proc/$1/wchan") == *pipe_w* ]]
}

# Nobody reads the pipe at all while the recorder goes on.
hold idle "$DECK"
send recorder s16 2 96000 480000
wait_until "all frames are recorded" fact_is "$DECK" head_frames 576000
release idle

# Nobody reads, and Ctrl+C comes: it ends all the same, and says that it was cut short. So does
# one whose stderr is that same full pipe, though it cannot say so.
for verb in tail merged export meter; do
    mkfifo stuck.out
    rm -f stuck.err
    exec {pipe}<>stuck.out
    pipes[stuck]=$pipe
    case $verb in
    tail) start stuck tapemap tail "$DECK" --from start ;;
    merged)
        ln -s stuck.out stuck.err
        start stuck tapemap tail "$DECK" --from start
        ;;
    export) start stuck tapemap export "$DECK" -o - --quiet ;;
    meter)
        python3 "$E2E/fill_pipe.py" stuck.out
        start stuck tapemap meter "$DECK"
        ;;
    esac
    wait_until "$verb is stuck in a write" is_stuck "${pids[stuck]}"
    interrupt stuck
    ends stuck 1
    [[ $verb == merged ]] || matches "what $verb says" "^tapemap: cannot finish writing to stdout: " \
        "$(cat stuck.err)"
    close_pipe stuck
    rm stuck.out
done

# The disk is full after a while: what was written by then is kept.
code=0
with_room 1500 tapemap tail "$DECK" -o full.wav --from start >full.out 2>full.err || code=$?
same "exit code on a full disk" 1 "$code"
matches "sentence on a full disk" "^tapemap: cannot write 'full.wav': " "$(cat full.err)"
kept=$(soxi -s full.wav)
((kept >= 300000)) || complain "only $kept frames are kept"
is_ramp full.wav s16 2 0 "$kept"
same "length of a file on a full disk" $((80 + kept * 4)) "$(stat -c %s full.wav)"
with_room 1501 tapemap tail "$DECK" -o full.raw --from start >full.out 2>full.err || true
is_ramp full.raw s16 2 0 $(($(stat -c %s full.raw) / 4))
same "half frames on a full disk" 0 $(($(stat -c %s full.raw) % 4))

# The end of the tape ends the others, with nothing missing.
end_feed recorder
ends recorder 0
ends to_end 0
ends from_now 0
is_ramp to_end.wav s16 2 0 576000
is_ramp from_now.raw s16 2 48000 528000
passed
