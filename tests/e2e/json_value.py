"""json_value.py KEY...: the value under the keys in the JSON on stdin, as text."""
import json
import sys

try:
    value = json.load(sys.stdin)
except ValueError:
    sys.exit(1)
for key in sys.argv[1:]:
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value if isinstance(value, str) else json.dumps(value))
