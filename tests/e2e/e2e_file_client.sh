#!/usr/bin/env bash
# Every verb takes the path of a tape's file: finished, or left by a recorder that died.
set -euo pipefail
source "$(dirname "$0")/e2e_common.sh"

frames=100000
file="take ä.wav"
python3 "$E2E/file_tape.py" "$file" $frames 4
python3 "$E2E/file_tape.py" died.RF64 $frames 2
cp died.RF64 died

# what `info` tells of it
fact_is "$file" storage file || complain "storage: $(fact "$file" storage)"
fact_is "$file" state ended || complain "state: $(fact "$file" state)"
fact_is "$file" head_frames $frames || complain "head: $(fact "$file" head_frames)"
fact_is "$file" durable_frames $frames || complain "durable: $(fact "$file" durable_frames)"
fact_is "$file" resume_count 3 || complain "resumes: $(fact "$file" resume_count)"
fact_is died.RF64 is_stalled true || complain "stalled: $(fact died.RF64 is_stalled)"
tapemap info ./died >info.txt
for line in 'deck  *by hand' 'kind  *linear, grows with its file' 'storage  *file' \
    "durable  *frame $frames" 'resumes  *3' 'state  *stalled'; do
    grep -q "^$line" info.txt || complain "info does not say '$line'"
done

# all of its frames
for tape in "$file" died.RF64 ./died "$PWD/died"; do
    tapemap export "$tape" -o copy.wav --force --quiet
    python3 "$E2E/ramp.py" check copy.wav s16 2 0 $frames || complain "export of $tape"
    tapemap verify "$tape" --ramp >/dev/null || complain "verify of $tape"
done
tapemap meter "$file" --once >/dev/null || complain "meter"
tapemap tail "$file" --from start -o tail.wav
python3 "$E2E/ramp.py" check tail.wav s16 2 0 $frames || complain "tail"

# what it refuses
fails 1 "cannot open deck 'died': .*there is a file of that name; to open it, write './died'" \
    tapemap info died
fails 1 "cannot open file 'no/such': there is no such file; see whether the path" \
    tapemap info no/such
fails 1 "cannot open file 'copy.wav': the file holds no tape; give one that tapemapd" tapemap info copy.wav
head -c 300000 "$file" >cut.wav
fails 1 "cannot open file 'cut.wav': it ends before its frames do" tapemap export cut.wav -o e.wav
python3 "$E2E/file_tape.py" empty.wav 0 4
fails 1 "cannot verify file 'empty.wav': it holds nothing, because its recording ended" \
    tapemap verify empty.wav --ramp
cp "$file" before.wav
fails 1 "cannot create '$file': that is the tape itself" tapemap export "$file" -o "$file" --force
fails 1 "cannot create '$file.index': that is the tape's own index" \
    tapemap export "$file" -o "$file.index" --format wav --force
fails 1 "cannot create 'died.RF64': that is the tape itself" \
    tapemap tail ./died --from start -o died.RF64 --format wav --force
cmp -s "$file" before.wav || complain "the tape was changed"
[[ ! -e e.wav ]] || complain "a file was left"
passed
