"""Vectors written by 'zoo embeddings export --as parquet', read by pyarrow, polars and DuckDB: the same keys, metadata and bits.

Run: python Scripts/compare-models/parquet.py .build/release/zoo. Tried with pyarrow 26.0.1, polars 2.1.0, duckdb 2.0.1, numpy 2.4.6.
"""
import os
import subprocess
import sys
import tempfile

import duckdb
import numpy as np
import polars
import pyarrow.parquet

ROWS, WIDTH = 300_000, 64  # two row groups


def main():
    zoo = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        vectors = np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype("float32")
        np.save("v.npy", vectors)
        years = [None if row % 7 == 0 else 1900 + row % 100 for row in range(ROWS)]
        scores = [row / 3 for row in range(ROWS)]
        with open("names.tsv", "w", encoding="utf-8") as file:
            file.write("key\tyear\tscore\n")
            file.writelines(f"\u017b {row}\t{'' if year is None else year}\t{score!r}\n" for row, (year, score) in enumerate(zip(years, scores)))
        for command in ("import v.npy --labels names.tsv --name v", "export v item --as parquet --output v.parquet"):
            subprocess.run([zoo, "embeddings", *command.split(), "--home", "home", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        table = pyarrow.parquet.read_table("v.parquet")
        assert pyarrow.parquet.ParquetFile("v.parquet").num_row_groups == 2
        types = {name: str(table.schema.field(name).type) for name in ("key", "label", "year", "score")}
        assert types == {"key": "string", "label": "string", "year": "int64", "score": "double"}, table.schema
        keys = [f"\u017b {row}" for row in range(ROWS)]
        read = {
            "pyarrow": (table["key"].to_pylist(), table["year"].to_pylist(), table["score"].to_pylist(), table["vector"].combine_chunks().flatten().to_numpy()),
            "polars": (lambda t: (t["key"].to_list(), t["year"].to_list(), t["score"].to_list(), t["vector"].explode().to_numpy()))(polars.read_parquet("v.parquet")),
            "duckdb": (lambda t: (*(t[name].to_pylist() for name in ("key", "year", "score")), t["vector"].combine_chunks().flatten().to_numpy()))(
                duckdb.sql("FROM 'v.parquet'").to_arrow_table()),
        }
        for name, (found, year, score, numbers) in read.items():
            same = found == keys and year == years and score == scores and np.array_equal(numbers.view("int32"), vectors.reshape(-1).view("int32"))
            print(f"{name}: {'equal' if same else 'OTHER'}")
            if not same:
                sys.exit(1)


if __name__ == "__main__":
    main()
