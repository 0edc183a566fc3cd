"""option_tables.py ROOT: the long options of each verb, read from the tables that getopt_long gets.

Prints a line for each verb: the program, the verb, and its options in order.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
OPTION = r'\{"([a-z-]+)", (?:no|required|optional)_argument'
# Those that only a supervisor gives, and one that is there to be refused.
HIDDEN = {"supervised", "inherit", "last-words", "same-boot", "password"}


def tables(folder):
    """The options of each table, by its name."""
    found = {}
    for path in (ROOT / folder).glob("*.c"):
        pattern = r"struct option (\w+)\[\] = \{(.*?)\n\};"
        for name, rows in re.findall(pattern, path.read_text(), re.S):
            found[path.stem if folder == "service/host" else name] = set(re.findall(OPTION, rows))
    return found


def show(program, verb, options):
    print(program, verb, *sorted(f"--{option}" for option in options - HIDDEN | {"help"}))


client = tables("client/cli")
for path in sorted((ROOT / "client/cli").glob("verb_*.c")):
    pattern = r'\.name = "(\w+)".*?\.options = (\w+),'
    for verb, table in re.findall(pattern, path.read_text(), re.S):
        show("tapemap", verb, client[table])

recorder = tables("service/host")
show("tapemapd", "record", recorder["record_options"])
show("tapemapd", "service", recorder["service_options"])
show("tapemapd", "selftest", tables("service/selftest")["selftest_long_options"])
# What these take is a set of the options of one table.
for verb, options in {"run": {"config"}, "check": {"config"}, "reload": {"json"},
                      "status": {"json"}, "stop": set(), "devices": {"json", "find"}}.items():
    show("tapemapd", verb, options)
