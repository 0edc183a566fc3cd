"""json_value.py KEY...: the value under the keys in the JSON on stdin, as text."""
import json
import sys

text = sys.stdin.read()
try:
    value = json.loads(text)
except ValueError as error:
    sys.exit("json_value.py %s: %s in %r" % (" ".join(sys.argv[1:]), error, text[:200]))
for key in sys.argv[1:]:
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value if isinstance(value, str) else json.dumps(value))
