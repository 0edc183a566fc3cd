# shellcheck shell=bash
# Helpers of the end-to-end tests that need small volumes, which source this file after
# e2e_common.sh. A volume is a folder in the test's own, and goes when the test ends.

volumes=()

# make_volume FOLDER KIND MIB: KIND is tmpfs, or ext4 in a file.
make_volume() {
    local folder=$1 kind=$2 mib=$3 from=tapemap-test options=size=$3m
    mkdir "$folder"
    if [[ $kind == ext4 ]]; then
        from=$folder.image
        options=loop
        truncate -s "${mib}M" "$from"
        mkfs.ext4 -q -F -m 0 "$from" || skip "mkfs.ext4 does not work; install e2fsprogs"
    fi
    mount -t "$kind" -o "$options" "$from" "$folder" 2>/dev/null ||
        skip "mounting a small $kind is not permitted; run it as root"
    volumes+=("$folder")
}

# leave_room FOLDER KIB: a file FOLDER/filler takes the rest.
leave_room() {
    local free
    rm -f "$1/filler"
    free=$(room_in "$1")
    # The file itself may take more than its content: then the volume is full all the sooner.
    head -c "$(((free - $2) * 1024))" /dev/zero >"$1/filler" 2>/dev/null || true
}

# room_in FOLDER: in KiB.
room_in() {
    df --output=avail -k "$1" | tail -n 1 | tr -d ' '
}

# A program that was killed may hold a volume for a moment longer.
clean_up_volumes() {
    local folder
    for folder in "${volumes[@]}"; do
        umount "$SCRATCH/$folder" 2>/dev/null || umount -l "$SCRATCH/$folder" 2>/dev/null || true
    done
}
