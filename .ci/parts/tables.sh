# What --table and rows --to write, opened by pandas, DuckDB and Python's csv module. Only this check needs Python; users do not.
set -euo pipefail

if ! python3 -m venv --help >/dev/null 2>&1; then
  echo 'There is no python3 with venv here to open the tables with.'
  exit 1
fi
python=python3
if ! "$python" -c 'import duckdb, pandas, pyarrow' 2>/dev/null; then
  python=.turbo/tables/bin/python
  if ! cmp -s .ci/tables/requirements.txt .turbo/tables/requirements.txt; then
    rm -rf .turbo/tables
    python3 -m venv .turbo/tables
    "$python" -m pip install --quiet --disable-pip-version-check --no-input -r .ci/tables/requirements.txt
    cp .ci/tables/requirements.txt .turbo/tables/
  fi
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" .ci/tables/open_tables.py "$scratch" "$PWD/node_modules/.bin/node" "$PWD/apps/cli/dist/main.js"
