"""assumptions.py DOCUMENT REPORT: docs/assumptions.md and `selftest --json` have the same list.

Prints a line for each assumption that only one of them has, or that they word differently.
"""
import json
import pathlib
import re
import sys

document, report = (pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
written = re.findall(r"^\| \*\*([A-Z]\d+)\*\* \| (.*?) \| (.+?) \| (.+?) \|$", document, re.M)
checked = [(check["id"], check["assumption"]) for check in json.loads(report)["checks"]]
listed = [(row[0], row[1]) for row in written]
for pair in sorted(set(listed) ^ set(checked)):
    print("only in", "the document:" if pair in listed else "the program:", *pair)
for pairs in listed, checked:
    ids = [pair[0] for pair in pairs]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        print("twice:", twice)
for path in sorted(set(re.findall(r"`(service/selftest/[a-z0-9_]+\.c)`", document))):
    if not (pathlib.Path(sys.argv[1]).resolve().parent.parent / path).exists():
        print("no such file:", path)
