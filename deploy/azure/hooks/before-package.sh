#!/bin/sh
# Makes what is deployed, app/: the wheels of this tree, and what they need at locked versions.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
make --silent --directory "$root" setup
"$root/.venv/bin/python" "$root/deploy/azure/package.py"
