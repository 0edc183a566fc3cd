#!/usr/bin/env bash
# The long run, but for its length: an hour of audio at full speed.
exec bash "$(dirname "$0")/../../scripts/soak.sh" --short
