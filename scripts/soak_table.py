"""soak_table.py SAMPLES: what each process took in the first quarter of a long run against the last.

A line of SAMPLES is: process, seconds, then own memory and resident memory in KiB, files, threads,
handles (0: not known, -: not counted). What a process takes goes up and down with the work at
hand, and so the least of a quarter counts: what is lost for good raises that. Resident memory is
shown only, for what is mapped of a tape is the system's to keep or to drop. Fails when something
has grown, or could not be seen.
"""
import collections
import sys

COLUMNS = ("own KiB", "resident KiB", "files", "threads", "handles")
# How much more the last quarter may take: for own memory also a twentieth.
SLACK = {"own KiB": 1024, "files": 12, "threads": 3, "handles": 24}
FEWEST = 8


def judge(name, first, last):
    if name not in SLACK:
        return ""
    if first == 0 or last == 0:
        return "not known"
    slack = SLACK[name] + (first // 20 if name == "own KiB" else 0)
    return "has grown" if last > first + slack else "constant"


def main():
    samples = collections.defaultdict(list)
    with open(sys.argv[1], encoding="ascii") as file:
        for line in file:
            process, _, *values = line.split()
            if len(values) == len(COLUMNS):
                samples[process].append([None if value == "-" else int(value) for value in values])
    is_wrong = not samples
    print(f"{'process':10} {'':13} {'first quarter':>14} {'last quarter':>13} {'most':>9}")
    for process, taken in samples.items():
        print(f"{process:10} {len(taken)} samples")
        if len(taken) < FEWEST:
            print(f"{'':10} too few to judge")
            is_wrong = True
            continue
        for column, name in enumerate(COLUMNS):
            if taken[0][column] is None:
                continue
            known = [sample[column] for sample in taken if sample[column] > 0]
            part = len(known) // 4
            first, last = (min(known[:part]), min(known[-part:])) if part else (0, 0)
            verdict = judge(name, first, last)
            is_wrong = is_wrong or verdict in ("has grown", "not known")
            most = max(sample[column] for sample in taken)
            print(f"{'':10} {name:13} {first:14} {last:13} {most:9}  {verdict}".rstrip())
    sys.exit(1 if is_wrong else 0)


if __name__ == "__main__":
    main()
