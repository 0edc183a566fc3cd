#!/usr/bin/env bash
# soak.sh [--hours N] [--minutes N] | --short: a week of audio, 48 kHz stereo, at full speed: onto a
# file deck that goes from tape to tape, each of which grows in small steps, and whose oldest go; and
# onto a ring. Every tape is verified when it is finished; a reader follows the deck from the first
# frame to the last and checks every sample; others read the ring meanwhile. At the end it says what
# the processes took in the first quarter of the time and in the last: memory, files and handles stay
# what they were. The disk holds 4 GB at most, as the deck is paused while its readers are behind.
# With --minutes it ends after so many, however much is recorded then. --short is an hour of audio, in
# half a minute. What it says is in build/soak.txt too, or in build/soak-short.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

hours=168 ring_hours=168 minutes=1000000 ring=10m rotate=30m extent=32MiB keep=2GiB pause=1
most_mib=3500 most_lag=$((512 << 20)) report=soak.txt
short() {
    hours=1 ring_hours=8 ring=10s rotate=90s extent=2MiB keep=60MiB pause=0.1
    most_mib=160 most_lag=$((40 << 20)) report=soak-short.txt
}
while (($# > 0)); do
    case $1=${2-} in
    --hours=[1-9]*) hours=$2 ring_hours=$2 && shift ;;
    --minutes=[1-9]*) minutes=$2 && shift ;;
    --short=*) short ;;
    *)
        echo "soak.sh: '$1': this is none of its options; see its first lines" >&2
        exit 2
        ;;
    esac
    shift
done
# shellcheck source=../tests/e2e/e2e_common.sh
source "$PWD/tests/e2e/e2e_common.sh"
PATIENCE=600
frames=$((hours * 3600 * 48000))
format=(--source tone:ramp --format s16 --rate 48000 --channels 2 --speed max)
file=$DECK.file round=$DECK.ring

bash "$ROOT/scripts/wine-session.sh" status >/dev/null || {
    bash "$ROOT/scripts/wine-session.sh" start
    clean_up_session() { bash "$ROOT/scripts/wine-session.sh" stop; }
}

# ---- What a process takes -------------------------------------------------------------------------

# sample NAME HANDLES: nothing when it has ended meanwhile.
sample() {
    local folder=/proc/${pids[$1]}
    awk -v name="$1" -v now="$SECONDS" -v handles="$2" \
        -v files="$(find "$folder/fd" 2>/dev/null | wc -l)" '
        $1 == "RssAnon:" { own = $2 }
        $1 == "VmRSS:" { all = $2 }
        $1 == "Threads:" { threads = $2 }
        END { if (all) print name, now, own, all, files, threads, handles }' \
        "$folder/status" >>samples.txt 2>/dev/null || true
}

# sample_recorder NAME PID: the latter as Windows has it. To count handles takes another program, so
# that it is done in every fourth look only.
looks=0
sample_recorder() {
    local handles=0
    is_gone "${pids[$1]}" && return
    ((looks % 4 != 0)) ||
        handles=$(bash "$ROOT/scripts/wine.sh" "$BIN/handle_count.exe" "$2" 2>/dev/null) || handles=0
    sample "$1" "${handles//[^0-9]/}"
}

pid_of() {
    tapemap status "$1" --json | python3 "$E2E/json_value.py" pid
}

# ---- The brake: readers are never so far behind that a tape goes which they have yet to read -------

is_paused=no
brake() {
    local now held lag=0 seen
    held=$(du -sm tapes 2>/dev/null | cut -f 1) || true
    now=$(tapemap info "$file" --json 2>/dev/null |
        python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["series_position"] + d["head_frames"])' \
            2>/dev/null) || now=
    read -r seen 2>/dev/null <position || seen=0
    [[ -z $now ]] || lag=$(((now - ${seen:-0}) * 4))
    ((${held:-0} <= peak_mib)) || peak_mib=$held
    if [[ $is_paused == no ]] && ((held > most_mib || lag > most_lag)); then
        tapemap pause "$file" >/dev/null 2>&1 || return 0
        is_paused=yes pauses=$((pauses + 1))
    elif [[ $is_paused == yes ]] && ((held < most_mib * 3 / 4 && lag < most_lag / 2)); then
        tapemap resume "$file" >/dev/null 2>&1 || return 0
        is_paused=no
    fi
}

# ---- The ring's readers -----------------------------------------------------------------------------

answer_both() {
    pid_of "$file" >/dev/null 2>&1 && pid_of "$round" >/dev/null 2>&1
}

# A wrong sample is never forgiven; that all was overwritten while it was looked at is. So is 137:
# Wine's server kills what needs more than a second to go away, as this may that has mapped much.
read_ring() {
    local status
    until is_gone "${pids[ring]}"; do
        status=0
        tapemap verify --ramp "$round" >>ring.right 2>ring.wrong || status=$?
        ((status == 0 || status == 137)) ||
            grep -q 'the ring overwrote all of it meanwhile' ring.wrong || return 1
    done
}

info_of() {
    tapemap info "$1" --json | python3 "$E2E/json_value.py" "$2"
}

position_of() {
    info_of "$1" series_position
}

# Of those that are left.
oldest_tape() {
    local path
    for path in tapes/*.wav; do
        echo "$(position_of "$path") $path"
    done | sort -n | sed -n '1s/^[0-9]* //p'
}

# ---- The run --------------------------------------------------------------------------------------

peak_mib=0 pauses=0 began=$SECONDS
say "recording $hours hours: $((frames * 4 / 1000000000)) GB, a tape each $rotate, $extent at a time"
export WINEPATH="Z:${BIN//\//\\}"
verify='cmd.exe /c "echo %TAPEMAP_SERIES_POSITION% %TAPEMAP_FRAMES% frames>>told.txt& '
verify+='tapemap.exe verify --ramp %TAPEMAP_FILE% >>verified.txt 2>>wrong.txt"'
mkdir tapes
start_held file record --deck "$file" "${format[@]}" --duration "${hours}h" --store file \
    --output tapes --name '{id}.wav' --extent "$extent" --rotate "length:$rotate" \
    --keep-size "$keep" --keep-free 0 --on-finished "$verify" --log file.log
start_held ring record --deck "$round" "${format[@]}" --duration "${ring_hours}h" --ring "$ring"
for deck in "$file" "$round"; do
    wait_until "$deck is there" is_listed "$deck"
done
hold_still holder "$round"
mkfifo reader.out
start reader tapemap tail "$file" --from start
python3 -B "$E2E/follow_ramp.py" position <reader.out >followed.txt 2>follow.err &
follower=$!
wait_until "the reader has opened the deck's first tape" test -s position
let_go file
let_go ring
wait_until "both recorders answer" answer_both
file_pid=$(pid_of "$file") ring_pid=$(pid_of "$round")
read_ring &
ring_reader=$!

# Before and after each time that the deck may be held up, so that there are enough where an hour of
# audio takes no more than fifteen seconds.
sample_all() {
    sample_recorder file "$file_pid"
    sample_recorder ring "$ring_pid"
    is_gone "${pids[reader]}" || sample reader -
    looks=$((looks + 1))
}

until is_gone "${pids[file]}" && is_gone "${pids[ring]}"; do
    sample_all
    if ((SECONDS - began > minutes * 60)); then
        for name in file ring; do
            is_gone "${pids[$name]}" || interrupt "$name"
        done
        minutes=1000000
    fi
    brake
    sample_all
    sleep "$pause"
done
took=$((SECONDS - began))
for name in file ring reader; do
    ends "$name" 0
done
wait "$follower" || complain "the reader's samples: $(cat follow.err)"
wait "$ring_reader" || complain "the ring's readers: $(tail -n 2 ring.wrong)"

# ---- What came of it ------------------------------------------------------------------------------

# What the recorder did not wait for at its end.
frames=$(recorded_frames file)
for path in tapes/*.wav; do
    tape=$(position_of "$path") count=$(info_of "$path" head_frames)
    grep -q "^$tape " told.txt || {
        echo "$tape $count frames" >>told.txt
        tapemap verify --ramp "$path" >>verified.txt 2>>wrong.txt || true
    }
done

# Each tape begins where the one before it ended, and the last ends where it should.
seams=$(tr -d '\r' <told.txt | sort -n | awk '$1 + 0 != at + 0 { print "one begins at " $1 }
    { at = $1 + $2 } END { printf "%d %.0f\n", NR, at }')
tapes=$(wc -l <told.txt)
same "tapes that were finished, and frames on them" "$tapes $frames" "$seams"
same "tapes with every sample right" "$tapes" "$(grep -c ': every sample right; .*, 0 gaps' verified.txt)"
same "frames verified" "$frames" "$(awk '{ sum += $2 } END { printf "%.0f\n", sum }' verified.txt)"
same "what is wrong" "" "$(cat wrong.txt)"
same "frames that the reader has seen" "$frames" "$(cat followed.txt)"
matches "the tapes that are left" "every sample right" \
    "$(tapemap verify --ramp --series "$(oldest_tape)")"
matches "the ring" "every sample right; .*, 0 gaps" "$(tapemap verify --ramp "$round")"
over=$(recorded_frames ring)
same "frames that went over the ring" "$over" "$(fact "$round" head_frames)"
release_still holder
{
    echo "$((frames / 48000 / 3600)) hours of audio, $((frames * 4 / 1000000)) MB, in $took s:" \
        "$((frames / 48000 / (took + 1))) times as fast as they play"
    echo "$tapes tapes, $frames frames, every one verified on its tape and by the reader;" \
        "$((over / 48000 / 3600)) hours over the ring, $(grep -c "^verified" ring.right) looks at it"
    echo "the disk held $peak_mib MiB at most; the deck was paused $pauses times for its readers"
} >report.txt
python3 "$ROOT/scripts/soak_table.py" samples.txt >>report.txt ||
    complain "a process takes more and more, or it was not seen whether it does"
tee "$ROOT/build/$report" <report.txt
passed
