#!/bin/sh
# Within a transaction, a row that sqlite-vec refuses stays in the table, with a value that nobody wrote.
#
# One would expect a statement that fails to change nothing, as SQLite undoes it by itself; a program that catches the error goes on
# with the next row and commits. Of a vec0 table the refused row stays: where a metadata column got a value of another type (the
# integer 1 for FLOAT) it is there with 0.0 and answers searches, and the right row is refused as one of the same key; where it
# was an auxiliary column, searches that find the row end in "SQL logic error" from then on. Without a transaction the row is gone.
# Python's sqlite3 opens a transaction before an INSERT unless it is told not to. A SAVEPOINT around each row is a way out.
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


def run(db, sql):
    try:
        found = db.execute(sql).fetchall()
    except sqlite3.Error as error:
        found = str(error)
    print("  ", sql, "->", found)
    return found


def after_a_refusal(column, begin):
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    sqlite_vec.load(db)
    print(f"{column}, {begin or 'no transaction'}")
    db.execute(f"CREATE VIRTUAL TABLE t USING vec0(vector float[2], {column})")
    if begin:
        db.execute(begin)
    refused = run(db, "INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1)")
    assert "INTEGER was provided" in refused or "received INTEGER" in refused
    if begin == "SAVEPOINT s":
        db.execute("ROLLBACK TO s")
    elif begin:
        db.execute("COMMIT")
    count = run(db, "SELECT count(*) FROM t")[0][0]
    found = run(db, "SELECT rowid, distance, price FROM t WHERE vector MATCH '[1, 2]' AND k = 1")
    again = run(db, "INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1.0)")
    return count, found, again


print("SQLite", sqlite3.sqlite_version, "sqlite-vec", sqlite_vec.__version__)
taken = "UNIQUE constraint failed on t primary key"
assert after_a_refusal("price FLOAT", None) == (0, [], [])
assert after_a_refusal("price FLOAT", "SAVEPOINT s") == (0, [], [])
assert after_a_refusal("price FLOAT", "BEGIN") == (1, [(1, 0.0, 0.0)], taken)
assert after_a_refusal("+price FLOAT", "BEGIN") == (1, "SQL logic error", taken)
PYTHON
# Seen:
# SQLite 3.40.1 sqlite-vec 0.1.9
# price FLOAT, no transaction
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1) -> Expected float for FLOAT metadata column price, received INTEGER
#    SELECT count(*) FROM t -> [(0,)]
#    SELECT rowid, distance, price FROM t WHERE vector MATCH '[1, 2]' AND k = 1 -> []
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1.0) -> []
# price FLOAT, SAVEPOINT s
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1) -> Expected float for FLOAT metadata column price, received INTEGER
#    SELECT count(*) FROM t -> [(0,)]
#    SELECT rowid, distance, price FROM t WHERE vector MATCH '[1, 2]' AND k = 1 -> []
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1.0) -> []
# price FLOAT, BEGIN
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1) -> Expected float for FLOAT metadata column price, received INTEGER
#    SELECT count(*) FROM t -> [(1,)]
#    SELECT rowid, distance, price FROM t WHERE vector MATCH '[1, 2]' AND k = 1 -> [(1, 0.0, 0.0)]
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1.0) -> UNIQUE constraint failed on t primary key
# +price FLOAT, BEGIN
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1) -> Auxiliary column type mismatch: The auxiliary column price has type FLOAT, but INTEGER was provided.
#    SELECT count(*) FROM t -> [(1,)]
#    SELECT rowid, distance, price FROM t WHERE vector MATCH '[1, 2]' AND k = 1 -> SQL logic error
#    INSERT INTO t(rowid, vector, price) VALUES (1, '[1, 2]', 1.0) -> UNIQUE constraint failed on t primary key
