# SPDX-License-Identifier: MIT
"""report.py FIGURES ROOT PART...: the document of a run of scripts/bench.sh, on stdout.

It is made of tests/bench/text/head.md and that of each part. In them stand for figures:

  {{table NAME | COLUMN, "COLUMN, SO" ... | RATIO / PEER}}  all rows of a table, with the median of the
      runs and in brackets the lowest and the highest. The ratio is optional: of the medians in column RATIO
      to the row PEER; in rows named `GROUP: ROW`, to the row `GROUP: PEER` of each group.
  {{value TABLE | ROW | COLUMN}}     a median
  {{ratio TABLE | COLUMN | ROW | PEER}}  of two medians
  {{load PART}}, {{machine}}, {{date}} ...

What was not measured in this run is a dash.
"""
import csv
import datetime
import os
import platform
import re
import statistics
import subprocess
import sys

figures_path, root, parts = sys.argv[1], sys.argv[2], sys.argv[3:]


def read_figures():
    tables = {}
    with open(figures_path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            table, row, column, value = line.rstrip("\r\n").split("\t")
            cells = tables.setdefault(table, {}).setdefault(row, {})
            cells.setdefault(column, []).append(value)
    return tables


TABLES = read_figures()


def numbers(table, row, column):
    found = []
    for value in TABLES.get(table, {}).get(row, {}).get(column, []):
        try:
            found.append(float(value))
        except ValueError:
            pass
    return found


def shown(number):
    """Three digits that mean something, and no exponent."""
    size = abs(number)
    if size == 0:
        return "0"
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    if size < 0.0995:
        places = 4 if size < 0.00995 else 3
    return f"{number:,.{places}f}"


def median(table, row, column):
    found = numbers(table, row, column)
    return statistics.median(found) if found else None


def cell(table, row, column):
    values = TABLES[table][row].get(column, [])
    found = sorted(numbers(table, row, column))
    words = sorted({value for value in values if not re.fullmatch(r"[-+.0-9e]+", value)})
    if not found:
        return ", ".join(words) or "–"
    text = shown(statistics.median(found))
    ends = [shown(found[0]), shown(found[-1])]
    if ends != [text, text]:
        text += f" ({ends[0]} … {ends[1]})"
    return ", ".join([text] + words)


def ratio_text(value, peer):
    return shown(value / peer) if value is not None and peer else "–"


def table(arguments):
    name, columns, *rest = [part.strip() for part in arguments.split("|")]
    columns = next(csv.reader([columns], skipinitialspace=True))
    if name not in TABLES:
        return "Not measured in this run."
    head = [""] + columns
    if rest:
        ratio, peer = [part.strip() for part in rest[0].split(" / ")]
        head.append(f"{ratio}, ratio to {peer}")
    lines = [head, ["---"] + ["--:"] * (len(head) - 1)]
    for row in TABLES[name]:
        line = [row] + [cell(name, row, column) for column in columns]
        if rest:
            group = row.rsplit(": ", 1)[0] + ": " if ": " in row else ""
            line.append(ratio_text(median(name, row, ratio), median(name, group + peer, ratio)))
        lines.append(line)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def value(arguments):
    found = median(*[part.strip() for part in arguments.split("|")])
    return "–" if found is None else shown(found)


def ratio(arguments):
    name, column, row, peer = [part.strip() for part in arguments.split("|")]
    return ratio_text(median(name, row, column), median(name, peer, column))


def load(part):
    busy, stolen = value(f"load | {part} | busy"), value(f"load | {part} | stolen")
    return (f"The machine was {busy} % busy in the two seconds before; its host took {stolen} % of it\n"
            "for others meanwhile.")


def first_line(*command):
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd=root, check=False).stdout
    except FileNotFoundError:
        return "not there"
    return said.strip().splitlines()[0] if said.strip() else "not known"


def field_of(path, name):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(name):
                return line.split(":", 1)[1].strip()
    return "not known"


def versions(_):
    packages = ["wine", "pulseaudio", "pulseaudio-utils", "alsa-utils", "sox", "ffmpeg",
                "sndfile-programs", "jackd2", "jack-capture", "rotter"]
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\\n"] + packages,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return ", ".join(said.stdout.split("\n")[:-1])


def machine(_):
    memory = int(field_of("/proc/meminfo", "MemTotal").split()[0]) / 1048576
    is_guest = "hypervisor" in field_of("/proc/cpuinfo", "flags").split()
    where = ", a virtual machine" if is_guest else ""
    return (f"{field_of('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {memory:.0f} GiB of "
            f"memory{where}; Linux {platform.release().split('-')[0]}")


def troubles(_):
    found = TABLES.get("troubles", {})
    return "".join(f"\n**Missing in this run:** {row}.\n" for row in found)


def run_kind(_):
    if "BENCH_SHORT" in os.environ:
        return "\n**A short run, to try the benchmarks out: these figures mean nothing.**\n"
    return ""


FILLERS = {
    "table": table, "value": value, "ratio": ratio, "load": load, "machine": machine,
    "versions": versions, "troubles": troubles, "run": run_kind,
    "date": lambda _: datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
    "revision": lambda _: first_line("git", "rev-parse", "--short", "HEAD"),
    "compiler": lambda _: first_line("x86_64-w64-mingw32-gcc-win32", "-dumpversion"),
}


def fill(match):
    word, _, arguments = match.group(1).partition(" ")
    return FILLERS[word](arguments.strip())


def main():
    for part in ["head"] + parts:
        path = os.path.join(root, "tests", "bench", "text", part + ".md")
        with open(path, encoding="utf-8") as text:
            filled = re.sub(r"\{\{(.+?)\}\}", fill, text.read(), flags=re.S)
        # A table may have been filled in with nothing behind it.
        print(re.sub(r"[ \t]+$", "", filled, flags=re.M), end="" if part == parts[-1] else "\n")


main()
