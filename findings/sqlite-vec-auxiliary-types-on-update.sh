#!/bin/sh
# sqlite-vec checks the type of an auxiliary column's value at INSERT and not at UPDATE, after which the table cannot be copied.
#
# One would expect a column `+price FLOAT` to take the integer 1 and keep 1.0, as a FLOAT column of SQLite does, or at least both
# statements to have the same rule. INSERT refuses 1, although a client that writes numbers from JSON, or SQLite's own 1, gives an
# integer; UPDATE takes 2, and 'cheap' as well, and keeps them as they are; then INSERT … SELECT of that row is refused. Metadata
# columns (without +) are checked by both.
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

db = sqlite3.connect(":memory:", isolation_level=None)
db.enable_load_extension(True)
sqlite_vec.load(db)
print("SQLite", sqlite3.sqlite_version, "sqlite-vec", db.execute("SELECT vec_version()").fetchone()[0])


def run(sql):
    try:
        rows = db.execute(sql).fetchall()
        print(sql, "->", rows if rows else "taken")
        return rows
    except sqlite3.Error as error:
        print(sql, "->", error)
        return None


db.execute("CREATE TABLE plain(price FLOAT)")
run("INSERT INTO plain VALUES (1)")
assert run("SELECT price, typeof(price) FROM plain") == [(1.0, "real")]
db.execute("CREATE VIRTUAL TABLE item USING vec0(vector float[2], +price FLOAT, weight FLOAT)")
assert run("INSERT INTO item(rowid, vector, price, weight) VALUES (1, '[1, 2]', 1, 1.0)") is None
assert run("INSERT INTO item(rowid, vector, price, weight) VALUES (1, '[1, 2]', 1.0, 1.0)") == []
assert run("UPDATE item SET weight = 2") is None
assert run("UPDATE item SET price = 2") == []
assert run("SELECT price, typeof(price) FROM item") == [(2, "integer")]
assert run("UPDATE item SET price = 'cheap'") == []
assert run("SELECT price, typeof(price) FROM item") == [("cheap", "text")]
assert run("INSERT INTO item(rowid, vector, price, weight) SELECT 2, vector, price, weight FROM item") is None
PYTHON
# Seen:
# SQLite 3.40.1 sqlite-vec v0.1.9
# INSERT INTO plain VALUES (1) -> taken
# SELECT price, typeof(price) FROM plain -> [(1.0, 'real')]
# INSERT INTO item(rowid, vector, price, weight) VALUES (1, '[1, 2]', 1, 1.0) -> Auxiliary column type mismatch: The auxiliary column price has type FLOAT, but INTEGER was provided.
# INSERT INTO item(rowid, vector, price, weight) VALUES (1, '[1, 2]', 1.0, 1.0) -> taken
# UPDATE item SET weight = 2 -> Expected float for FLOAT metadata column weight, received INTEGER
# UPDATE item SET price = 2 -> taken
# SELECT price, typeof(price) FROM item -> [(2, 'integer')]
# UPDATE item SET price = 'cheap' -> taken
# SELECT price, typeof(price) FROM item -> [('cheap', 'text')]
# INSERT INTO item(rowid, vector, price, weight) SELECT 2, vector, price, weight FROM item -> Auxiliary column type mismatch: The auxiliary column price has type FLOAT, but TEXT was provided.
