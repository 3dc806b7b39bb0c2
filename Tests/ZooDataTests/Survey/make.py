"""Writes one table by every program that exports tables, and what must be read of it.

    python make.py FOLDER

Files here were made with pandas 3.1.1, polars 2.1.0, DuckDB 2.0.1, R 4.2.2 (readr 2.1.4, data.table 1.14.8), SQLite 3.40.1
and PostgreSQL 15.18 (COPY … CSV HEADER; a server that the user may use, by PGHOST or the usual socket). Excel's two files,
German and French, are written out below in the form of its "CSV UTF-8". The expected values are those that the programs
were given.
"""
import datetime as dt
import json
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
zone = dt.timezone(dt.timedelta(hours=2))
KEY = [2147483648 + i for i in range(6)]
COUNT = [3, None, 5, 0, -7, 12]
SHARE = [0.5, 0.125, None, 1e-7, 2.0, 1e16]
YES = [True, False, True, True, False, False]
DAY = [dt.date(2024, 2, 27) + dt.timedelta(days=i) for i in (0, 1, 2, 3, 4, 5)]
CLOCK = [dt.datetime(2024, 2, 28, 23, 30) + dt.timedelta(hours=i) for i in range(6)]
ZONED = [dt.datetime(2024, 6, 7 + i, tzinfo=zone) for i in range(6)]
NAME = ["Öl", 'say "so"', "a,b;c", "two\nlines", None, " edge "]
CODE = ["007", "012", "100", "001", "099", "500"]
COLUMNS = ["key", "count", "share", "yes", "day", "clock", "zoned", "name", "code"]


def python_writers():
    import duckdb
    import pandas as pd
    import polars as pl

    frame = pd.DataFrame({
        "key": KEY, "count": pd.array(COUNT, dtype="Int64"), "share": pd.array(SHARE, dtype="Float64"), "yes": YES,
        "day": DAY, "clock": pd.Series(CLOCK), "zoned": pd.Series(ZONED), "name": NAME, "code": CODE})
    frame.to_csv(folder / "pandas.csv", index=False)
    frame.to_csv(folder / "pandas-semicolon.csv", index=False, sep=";", decimal=",")
    table = pl.DataFrame({
        "key": KEY, "count": COUNT, "share": SHARE, "yes": YES, "day": DAY, "clock": CLOCK,
        "zoned": pl.Series([z.replace(tzinfo=None) for z in ZONED]).dt.replace_time_zone("Etc/GMT-2"), "name": NAME,
        "code": CODE})
    table.write_csv(folder / "polars.csv")
    table.write_csv(folder / "polars-semicolon.csv", separator=";", decimal_comma=True)
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Etc/GMT-2'")
    con.register("frame", frame.astype({"name": object, "code": object}))
    con.execute(f"""COPY (SELECT key, count, share, yes, day::DATE AS day, clock::TIMESTAMP AS clock,
        zoned::TIMESTAMPTZ AS zoned, name, code FROM frame) TO '{folder / "duckdb.csv"}' (HEADER)""")


def r_writers():
    script = r"""
    d <- data.frame(key = 2147483648 + 0:5, count = c(3L, NA, 5L, 0L, -7L, 12L), share = c(.5, .125, NA, 1e-7, 2, 1e16),
      yes = c(TRUE, FALSE, TRUE, TRUE, FALSE, FALSE), day = as.Date("2024-02-27") + 0:5,
      clock = as.POSIXct("2024-02-28 23:30:00", tz = "UTC") + 3600 * 0:5,
      zoned = as.POSIXct("2024-06-07 00:00:00", tz = "Etc/GMT-2") + 86400 * 0:5,
      name = c("\u00d6l", "say \"so\"", "a,b;c", "two\nlines", NA, " edge "),
      code = c("007", "012", "100", "001", "099", "500"))
    setwd(commandArgs(TRUE)[1])
    write.csv(d, "r-csv.csv", row.names = FALSE, fileEncoding = "UTF-8")
    write.csv2(d, "r-csv2.csv", row.names = FALSE, fileEncoding = "UTF-8")
    write.table(d, "r-table.csv", sep = ",", qmethod = "double", fileEncoding = "UTF-8")
    readr::write_csv(d, "readr.csv")
    readr::write_csv2(d, "readr-2.csv")
    data.table::fwrite(d, "datatable.csv")
    data.table::fwrite(d, "datatable-semicolon.csv", sep = ";", dec = ",")
    """
    subprocess.run(["Rscript", "-e", script, str(folder)], check=True)


def sql(types, yes):
    def text(value):
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return yes[0] if value else yes[1]
        if isinstance(value, (int, float)):
            return repr(value)
        return "'" + str(value).replace("'", "''") + "'"
    rows = zip(KEY, COUNT, SHARE, YES, DAY, CLOCK, ZONED, NAME, CODE)
    create = "CREATE TEMP TABLE t (" + ", ".join(f'"{c}" {t}' for c, t in zip(COLUMNS, types)) + ");"
    return create + "".join("INSERT INTO t VALUES (" + ", ".join(map(text, row)) + ");" for row in rows)


def database_writers():
    lite = sql(["INTEGER", "INTEGER", "REAL", "INTEGER", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT"], "10")
    script = lite + f"\n.headers on\n.mode csv\n.output {folder / 'sqlite.csv'}\nSELECT * FROM t;\n"
    subprocess.run(["sqlite3"], input=script, text=True, check=True)
    types = ["bigint", "integer", "double precision", "boolean", "date", "timestamp", "timestamptz", "text", "text"]
    script = "SET TimeZone = 'Etc/GMT-2';" + sql(types, ["true", "false"]) + "\n\\copy t TO STDOUT CSV HEADER\n"
    made = subprocess.run(["psql", "-q", "-X"], input=script, text=True, check=True, capture_output=True)
    (folder / "postgresql.csv").write_text(made.stdout)


def excel():
    german = '''key;count;share;yes;day;clock;zoned;name;code
2147483648;3;0,5;WAHR;27.02.2024;28.02.2024 23:30;2024-06-07 00:00:00+02:00;Öl;007
2147483649;;0,125;FALSCH;28.02.2024;29.02.2024 00:30;2024-06-08 00:00:00+02:00;"say ""so""";012
2147483650;5;;WAHR;29.02.2024;29.02.2024 01:30;2024-06-09 00:00:00+02:00;"a,b;c";100
2147483651;0;0,0000001;WAHR;01.03.2024;29.02.2024 02:30;2024-06-10 00:00:00+02:00;"two
lines";001
2147483652;-7;2;FALSCH;02.03.2024;29.02.2024 03:30;2024-06-11 00:00:00+02:00;;099
2147483653;12;1E+16;FALSCH;03.03.2024;29.02.2024 04:30;2024-06-12 00:00:00+02:00; edge ;500
'''
    french = german.replace("WAHR", "VRAI").replace("FALSCH", "FAUX")
    for i, day in enumerate(DAY):
        french = french.replace(f";{day:%d.%m.%Y};", f";{day:%d/%m/%Y};")
    french = french.replace(";28.02.2024 ", ";28/02/2024 ").replace(";29.02.2024 ", ";29/02/2024 ")
    for name, text in (("excel-german.csv", german), ("excel-french.csv", french)):
        text = text.replace("\n", "\r\n").replace('"two\r\nlines"', '"two\nlines"')
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.encode())


def expected():
    plain = {
        "key": ["integer", KEY], "count": ["integer", COUNT], "share": ["real", SHARE],
        "yes": ["boolean", [int(v) for v in YES]], "day": ["date", [str(v) for v in DAY]],
        "clock": ["datetime", [str(v) for v in CLOCK]],
        "zoned": ["datetime", [str(v.replace(tzinfo=None)) for v in ZONED]], "name": ["text", NAME],
        "code": ["text", CODE]}
    # These write moments in UTC.
    utc = {"zoned": ["datetime", [str(v.astimezone(dt.timezone.utc).replace(tzinfo=None)) for v in ZONED]]}
    # Fields without quotes lose the blanks at their ends, which the import says.
    bare = {"name": ["text", NAME[:5] + ["edge"]]}
    # SQLite has no truth values.
    whole = {"yes": ["integer", [int(v) for v in YES]]}
    # Base R leaves out times that are midnight everywhere.
    days = {"zoned": ["date", [str(v.date()) for v in ZONED]]}
    row_names = {"row_name": ["integer", [1, 2, 3, 4, 5, 6]]}
    files = {
        "pandas.csv": bare, "pandas-semicolon.csv": bare, "polars.csv": bare, "polars-semicolon.csv": bare,
        "duckdb.csv": bare, "r-csv.csv": days, "r-csv2.csv": days, "r-table.csv": {**row_names, **days}, "readr.csv": {**bare, **utc},
        "readr-2.csv": {**bare, **utc}, "datatable.csv": {**bare, **utc}, "datatable-semicolon.csv": {**bare, **utc},
        "sqlite.csv": {**whole}, "postgresql.csv": bare, "excel-german.csv": bare, "excel-french.csv": bare}
    result = {name: {**(other if "row_name" in other else {}), **plain, **other} for name, other in files.items()}
    def columns(of):
        return ",\n".join(f"  {json.dumps(c)}: {json.dumps(v, ensure_ascii=False)}" for c, v in of.items())
    files = ",\n".join(f" {json.dumps(name)}: {{\n{columns(of)}\n }}" for name, of in result.items())
    (folder / "expected.json").write_text("{\n" + files + "\n}\n")


python_writers()
r_writers()
database_writers()
excel()
expected()
