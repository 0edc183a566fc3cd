"""check_json.py STATE DECK LIST INFO: the files hold what `list` and `info` promise.
check_json.py devices: stdin holds what `devices` promises."""
import json
import re
import sys

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")
ID = re.compile(r"[0-9a-f]{16}")

BOTH = {
    "deck": str, "id": ID, "recorder_pid": int, "state": str, "is_stalled": bool,
    "head_frames": int, "oldest_frame": int, "format": str, "channels": int,
    "sample_rate_hz": int, "gap_count": int, "gap_frames": int,
    "reader_count": int, "warnings": list,
}
LIST = dict(BOTH, space=str)
INFO = dict(BOTH, **{
    "source": str, "frame_bytes": int, "kind": str, "storage": str, "capacity_frames": int,
    "input_latency_ns": int, "created_utc": MOMENT, "file_path": str,
    "series_position": int, "previous_tape": (ID, None), "next_tape": (ID, None),
    "reason": str, "reason_text": str, "committed_bytes": int, "durable_frames": int,
    "resume_count": int, "overflow_count": int, "heartbeat_age_ns": int,
    "head_utc": (MOMENT, None), "journal": dict,
})
JOURNAL = {
    "first_sequence": int, "end_sequence": int, "unknown_count": int, "state_count": int,
    "anchor_count": int, "gap_count": int, "overflow_count": int, "mark_count": int,
    "source_count": int, "warning_count": int,
}
DEVICE = {
    "host_api": str, "name": str, "source": str, "channels": int, "rate_hz": int,
    "low_latency_ms": (int, float), "high_latency_ms": (int, float), "is_host_default": bool,
    "is_default": bool,
}


def is_kind(value, kind):
    if isinstance(kind, tuple):
        return any(is_kind(value, each) for each in kind)
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and kind.fullmatch(value) is not None
    return value is None if kind is None else type(value) is kind


def check(what, found, keys):
    if set(found) != set(keys):
        sys.exit(f"{what}: missing {set(keys) - set(found)}, not expected "
                 f"{set(found) - set(keys)}")
    for key, kind in keys.items():
        if not is_kind(found[key], kind):
            sys.exit(f"{what}: '{key}' is {found[key]!r}")


def expect(what, found, expected):
    for key, value in expected.items():
        if found[key] != value:
            sys.exit(f"{what}: '{key}' is {found[key]!r} instead of {value!r}")


def check_devices():
    devices = json.load(sys.stdin)
    for device in devices:
        check("devices", device, DEVICE)
        expect("devices", device,
               {"source": f"portaudio:{device['host_api']}:{device['name']}"})
    if sum(device["is_default"] for device in devices) != (1 if devices else 0):
        sys.exit("devices: not exactly one is the default")


def check_deck(state, deck, rows, info):
    rows = [row for row in rows if row["deck"] == deck]
    if len(rows) != 1:
        sys.exit(f"list: {len(rows)} decks are called {deck}")
    check("list", rows[0], LIST)
    check("info", info, INFO)
    check("journal", info["journal"], JOURNAL)
    head = 0 if state == "starting" else 50000
    common = {"deck": deck, "state": state, "is_stalled": False, "format": "f32", "channels": 5,
              "sample_rate_hz": 44100, "head_frames": head, "oldest_frame": 0, "gap_count": 0,
              "gap_frames": 0}
    expect("list", rows[0], common)
    expect("info", info, dict(common, **{
        "id": rows[0]["id"], "recorder_pid": rows[0]["recorder_pid"], "frame_bytes": 20,
        "source": "stdin", "kind": "linear", "capacity_frames": (1 << 40) // 20,
        "reason": "source-ended" if state == "ended" else "none"}))
    if state != "starting" and info["head_utc"] is None:
        sys.exit("info: the head has no moment")


if sys.argv[1] == "devices":
    check_devices()
else:
    with open(sys.argv[3], encoding="utf-8") as one, open(sys.argv[4], encoding="utf-8") as other:
        check_deck(sys.argv[1], sys.argv[2], json.load(one), json.load(other))
