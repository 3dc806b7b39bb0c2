#!/bin/sh
# sqlite-vec takes a column of a type that it does not have for a table option, and complains of chunk_size.
#
# One would expect `+price REAL`, as SQLite itself writes the type of its 8-byte numbers, to be a column, or to be refused by its
# name. FLOAT, DOUBLE, INT, INTEGER, TEXT and BLOB are types; of REAL, NUMERIC, BIGINT and, where a + stands before the name, BOOLEAN the
# message is "chunk_size must be a non-zero positive integer", without a word of the column. Names that begin with _ or stand in
# double quotes "could not be parsed", while a keyword such as group is a name.
#
# Needs: sh, python3 with venv whose sqlite3 loads extensions (as Debian's does), a package index that pip can reach.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet sqlite-vec==0.1.9
"$folder/venv/bin/python" - <<'PYTHON'
import sqlite3

import sqlite_vec

db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
sqlite_vec.load(db)
print("SQLite", sqlite3.sqlite_version, "sqlite-vec", db.execute("SELECT vec_version()").fetchone()[0])


def made(column):
    """None where a table with this column is made, else the message."""
    try:
        db.execute(f"CREATE VIRTUAL TABLE t{len(seen)} USING vec0(vector float[2], {column})")
        message = None
    except sqlite3.Error as error:
        message = str(error).removeprefix("vec0 constructor error: ")
    seen.append(column)
    print(f"{column}: {message or 'made'}")
    return message


seen = []
for column in ["+price FLOAT", "+price DOUBLE", "+price INT", "price FLOAT", "+group TEXT", "is_new BOOLEAN"]:
    assert made(column) is None
for column in ["+price REAL", "+price NUMERIC", "+price BIGINT", "+is_new BOOLEAN"]:
    assert made(column) == "chunk_size must be a non-zero positive integer"
assert made("price REAL") == "Unknown table option: price"
for column in ["+_price FLOAT", '+"price" FLOAT']:
    assert made(column).startswith("Could not parse")
PYTHON
# Seen:
# SQLite 3.40.1 sqlite-vec v0.1.9
# +price FLOAT: made
# +price DOUBLE: made
# +price INT: made
# price FLOAT: made
# +group TEXT: made
# is_new BOOLEAN: made
# +price REAL: chunk_size must be a non-zero positive integer
# +price NUMERIC: chunk_size must be a non-zero positive integer
# +price BIGINT: chunk_size must be a non-zero positive integer
# +is_new BOOLEAN: chunk_size must be a non-zero positive integer
# price REAL: Unknown table option: price
# +_price FLOAT: Could not parse '+_price FLOAT'
# +"price" FLOAT: Could not parse '+"price" FLOAT'
