#!/bin/sh
# Three programs write the same table as JSON lines, and a reader of types sees three tables.
#
# One would expect JSON lines of pandas, polars and DuckDB to differ in blanks at most. pandas 3 writes times as whole numbers of
# milliseconds, and the offset of the clock is lost: what was midnight in Berlin is 22:00 of the day before to whoever reads the
# number. polars writes decimals as texts ("1.50") and a value that is no number as null. DuckDB writes decimals as numbers, and
# such a value as a bare NaN, which is no JSON (RFC 8259). A schema that is inferred from the one does not fit the others.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 polars==2.1.0 duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import io
import json
import warnings
from decimal import Decimal

import duckdb
import pandas
import polars

warnings.filterwarnings("ignore")
print("pandas", pandas.__version__, "polars", polars.__version__, "duckdb", duckdb.__version__)
time = pandas.Timestamp("2024-06-08 00:00:00+02:00")
of_pandas = pandas.DataFrame({"time": [time]}).to_json(orient="records", lines=True).strip()
buffer = io.BytesIO()
polars.DataFrame({"price": [Decimal("1.50")], "share": [float("nan")]}).write_ndjson(buffer)
of_polars = buffer.getvalue().decode().strip()
duckdb.sql("COPY (SELECT 1.50::DECIMAL(9, 2) AS price, 'nan'::DOUBLE AS share) TO 'd.json' (FORMAT json)")
of_duckdb = open("d.json").read().strip()
for name, text in (("pandas", of_pandas), ("polars", of_polars), ("DuckDB", of_duckdb)):
    print(name, text)
assert json.loads(of_pandas) == {"time": 1717797600000}, of_pandas
assert json.loads(of_polars) == {"price": "1.50", "share": None}, of_polars
assert '"price":1.50' in of_duckdb.replace(": ", ":") or '"price":1.5' in of_duckdb.replace(": ", ":"), of_duckdb


def refuse(word):
    raise ValueError(word)


try:
    json.loads(of_duckdb, parse_constant=refuse)
    raise SystemExit("DuckDB writes JSON now")
except ValueError as error:
    print("DuckDB's line is no JSON:", error)
PYTHON
# Seen:
# pandas 3.1.1 polars 2.1.0 duckdb 2.0.1
# pandas {"time":1717797600000}
# polars {"price":"1.50","share":null}
# DuckDB {"price":1.5,"share":NaN}
# DuckDB's line is no JSON: NaN
