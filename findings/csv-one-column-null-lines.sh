#!/bin/sh
# A column of texts with missing values, alone in a CSV file, loses rows between polars or DuckDB and pandas.
#
# One would expect a file of four rows below its header to be read as four rows. polars and DuckDB write a missing value as nothing, so
# that in a file of one column its row is an empty line. Both read it back as a missing value; pandas passes over empty lines and
# reads two rows, so that its answers, in order, no longer belong to the texts. pandas itself writes "" there, which all three read.
#
# Needs: sh, python3 with venv, a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import duckdb
import pandas
import polars

print("pandas", pandas.__version__, "polars", polars.__version__, "duckdb", duckdb.__version__)
frame = pandas.DataFrame({"text": ["a", None, "b", None]})
frame.to_csv("pandas.csv", index=False)
polars.DataFrame({"text": ["a", None, "b", None]}).write_csv("polars.csv")
duckdb.sql("SELECT * FROM frame").write_csv("duckdb.csv")
seen = {}
for writer in ("pandas", "polars", "duckdb"):
    path = writer + ".csv"
    with open(path) as file:
        text = file.read()
    read = duckdb.sql(f"SELECT * FROM read_csv('{path}', header = true)").fetchall()
    seen[writer] = (text, len(pandas.read_csv(path)), polars.read_csv(path).height, len(read))
    print(f"{writer} writes {text!r}; rows read by pandas, polars, DuckDB: {seen[writer][1:]}")
expected = {
    "pandas": ('text\na\n""\nb\n""\n', 4, 4, 4),
    "polars": ("text\na\n\nb\n\n", 2, 4, 4),
    "duckdb": ("text\na\n\nb\n\n", 2, 4, 4),
}
if seen != expected:
    sys.exit("the behaviour has changed")
PYTHON
