"""Evaluates rows that files like to damage, lets the command line write them in every format, and opens the files with the tools
that people use. Every cell must come back as it was, by the rules of packages/datasets/files/README.md.

usage: open_tables.py FOLDER NODE MAIN.JS
"""

import csv
import gzip
import io
import json
import os
import subprocess
import sys

import duckdb
import pandas as pd
import pyarrow.parquet as pq

HALF = "\ud83d"
ROWS = [
    {"id": "007", "question": '서울은 "수도"인가요?\n두 번째 줄', "output": "네, 그렇습니다.", "expected": "네, 그렇습니다.", "size": 1e21, "count": 9007199254740991, "long": "9007199254740993", "ok": True, "nested": {"출처": ["a", 1, None], "quote": '"'}, "mixed": 7},
    {"id": "008", "question": "👩‍💻 emoji, and\r\na Windows line", "output": "=1+1", "expected": "=1+1", "size": 0.1, "count": -1, "long": "1", "ok": False, "nested": [], "mixed": "7"},
    {"id": "9", "question": "", "output": "", "expected": "x", "size": 5e-324, "count": None, "long": "", "ok": None, "nested": None, "mixed": None},
    {"id": "-1", "question": f"cut in the middle {HALF}", "output": f"half {HALF}", "expected": "half full", "size": -2.5, "count": 0, "long": "0", "ok": True, "nested": {"cut": HALF, "backslash": "\\ud83d"}, "mixed": ["7"]},
    {"id": "1e3", "question": "  spaces around  ", "output": "@SUM(A1)\ttab", "expected": "ja", "size": None, "count": 3, "long": None, "ok": False, "nested": {}, "mixed": True},
    {"id": "true", "question": "NULL", "output": "-5", "expected": "NaN", "size": 1 / 3, "count": 12, "long": "007", "ok": None, "nested": [[1]], "mixed": 1.5},
]
COLUMNS = ["id", "question", "size", "count", "long", "ok", "nested", "mixed", "expected", "output", "rougeL/v1/score"]
"""MLflow's order: the data's own columns, target, prediction, scores."""
JSON_COLUMNS = {"nested", "mixed"}
FORMATS = ["table.json", "table.jsonl", "table.csv", "table.parquet", "table.json.gz", "table.jsonl.gz", "table.csv.gz", "sheet.csv"]

folder, *command = sys.argv[1:]
checked = 0


def main():
    os.chdir(folder)
    with open("rows.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in ROWS)
    evaluate = ["run", "--data", "rows.jsonl", "--inputs", "question", "--predictions", "output", "--targets", "expected", "--metric", "rougeL", "--quiet"]
    for name in FORMATS:
        touchstone(*evaluate, "--table", name, *(["--for-spreadsheets"] if name == "sheet.csv" else []))
    rows = [json.loads(line) for line in read("table.jsonl").splitlines()]
    same("JSON Lines, Python's json", table_of(rows), expected_of(rows, exact))
    scored = [row["rougeL/v1/score"] for row in rows]
    for name in ["table.json", "table.json.gz"]:
        split = json.loads(read(name))
        same(f"{name}, Python's json", [split["columns"], *split["data"]], expected_with(scored, exact))
    same("table.jsonl.gz, Python's json", read("table.jsonl.gz"), read("table.jsonl"))
    for name in ["table.csv", "table.csv.gz"]:
        open_csv(name, scored)
    same("table.csv.gz holds table.csv", read("table.csv.gz"), read("table.csv"))
    open_sheet(scored)
    open_parquet("table.parquet", expected_with(scored, utf8), COLUMNS)
    open_rows(scored)
    print(f"{checked} comparisons with pandas {pd.__version__}, DuckDB {duckdb.__version__} and Python {sys.version.split()[0]}: all cells are equal.")


def open_csv(name, scored):
    texts = expected_with(scored, csv_text)
    same(f"{name}, csv.reader of the excel dialect", list(csv.reader(io.StringIO(read(name), newline=""), dialect="excel")), texts)
    frame = pd.read_csv(name, dtype=str, keep_default_na=False)
    same(f"{name}, pandas", [list(frame.columns), *frame.values.tolist()], texts)
    typed = pd.read_csv(name, float_precision="round_trip")
    for column in ["size", "count", "rougeL/v1/score"]:
        values = [None if pd.isna(value) else value for value in typed[column]]
        same(f"{name}, numbers of {column} in pandas", values, expected_column(scored, column))
    # In DuckDB nothing between two commas is NULL, and what is in quotes is a text.
    relation = duckdb.sql(f"FROM read_csv('{name}', all_varchar = true, allow_quoted_nulls = false)")
    texts_or_null = expected_with(scored, lambda value: None if value is None else csv_text(value))
    same(f"{name}, DuckDB", [relation.columns, *map(list, relation.fetchall())], texts_or_null)
    numbers = duckdb.sql(f"""SELECT size, count, "rougeL/v1/score" FROM read_csv('{name}', allow_quoted_nulls = false)""")
    same(f"{name}, numbers in DuckDB", [list(line) for line in zip(*numbers.fetchall())], [expected_column(scored, column) for column in ["size", "count", "rougeL/v1/score"]])


def open_sheet(scored):
    """For spreadsheets: a byte order mark, and an apostrophe before what would be calculated."""

    def sheet_text(value):
        text = csv_text(value)
        return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

    with open("sheet.csv", encoding="utf-8-sig", newline="") as file:
        same("sheet.csv, csv.reader of the excel dialect", list(csv.reader(file, dialect="excel")), expected_with(scored, sheet_text))
    same("sheet.csv begins with a byte order mark", open("sheet.csv", "rb").read(3), b"\xef\xbb\xbf")
    frame = pd.read_csv("sheet.csv", dtype=str, keep_default_na=False)
    same("sheet.csv, pandas", [list(frame.columns), *frame.values.tolist()], expected_with(scored, sheet_text))
    same("sheet.csv, columns in DuckDB", duckdb.sql("FROM read_csv('sheet.csv', all_varchar = true)").columns, COLUMNS)


def open_parquet(name, wanted, columns):
    table = pq.read_table(name)
    # Older versions of pyarrow have no type for JSON.
    types = {field.name: str(field.type).replace("extension<arrow.json>", "string") for field in table.schema if field.name in columns}
    same(f"{name}, types", types, {column: {"size": "double", "count": "int64", "ok": "bool", "rougeL/v1/score": "double"}.get(column, "string") for column in columns})
    lines = [[parsed(column, line[column]) for column in columns] for line in table.to_pylist()]
    same(f"{name}, pyarrow", [columns, *lines], wanted)
    frame = pd.read_parquet(name)[columns]
    lines = [[parsed(column, None if value is None or value is pd.NA or value != value else value) for column, value in zip(columns, line)] for line in frame.astype(object).values.tolist()]
    same(f"{name}, pandas", [list(frame.columns), *lines], wanted)
    relation = duckdb.sql(f"FROM '{name}'").select(*(duckdb.ColumnExpression(column) for column in columns))
    same(f"{name}, JSON columns of DuckDB", {column for column, kind in zip(relation.columns, relation.types) if str(kind) == "JSON"}, JSON_COLUMNS)
    lines = [[parsed(column, value) for column, value in zip(columns, line)] for line in relation.fetchall()]
    same(f"{name}, DuckDB", [relation.columns, *lines], wanted)


def open_rows(scored):
    """`rows --to` in every format: the columns of the data are those of the table."""
    for name in ["rows-to.jsonl", "rows-to.json", "rows-to.csv", "rows-to.parquet"]:
        touchstone("rows", "@last", "--to", name)
    data = COLUMNS[:-1]
    without_score = [line[: len(data)] for line in expected_with(scored, exact)]
    rows = [json.loads(line) for line in read("rows-to.jsonl").splitlines()]
    same("rows --to JSON Lines", [data, *([row.get(column) for column in data] for row in rows)], without_score)
    split = json.loads(read("rows-to.json"))
    at = [split["columns"].index(column) for column in data]
    same("rows --to JSON", [data, *([line[index] for index in at] for line in split["data"])], without_score)
    texts = [[line[column] for column in data] for line in csv.DictReader(io.StringIO(read("rows-to.csv"), newline=""), dialect="excel")]
    same("rows --to CSV", [data, *texts], [line[: len(data)] for line in expected_with(scored, csv_text)])
    open_parquet("rows-to.parquet", [line[: len(data)] for line in expected_with(scored, utf8)], data)


def touchstone(*args):
    done = subprocess.run([*command, *args], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"touchstone {' '.join(args)} ended with {done.returncode}:\n{done.stderr}")


def read(name):
    with open(name, "rb") as file:
        content = file.read()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")


def table_of(rows):
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def expected_of(rows, form):
    return expected_with([row["rougeL/v1/score"] for row in rows], form)


def expected_with(scored, form):
    """The table that every tool must see, its cells in the form in which the tool sees them. Scores are those of the JSON Lines."""
    lines = [{**row, "rougeL/v1/score": score} for row, score in zip(ROWS, scored)]
    return [COLUMNS, *([form(line[column]) for column in COLUMNS] for line in lines)]


def expected_column(scored, column):
    return [line[COLUMNS.index(column)] for line in expected_with(scored, exact)[1:]]


def exact(value):
    return value


def utf8(value):
    """UTF-8 has no half characters: they become U+FFFD, within lists and objects too."""
    if isinstance(value, str):
        return value.replace(HALF, "\ufffd")
    if isinstance(value, list):
        return [utf8(item) for item in value]
    if isinstance(value, dict):
        return {utf8(name): utf8(item) for name, item in value.items()}
    return value


def csv_text(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return utf8(value)
    if isinstance(value, (dict, list)):
        # In JSON half a character is an escape.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace(HALF, "\\ud83d")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return NUMBER_TEXTS.get(value) or repr(value)


NUMBER_TEXTS = {1e21: "1e+21", 5e-324: "5e-324", 0.0: "0", 1.0: "1"}
"""Where JavaScript writes a number otherwise than Python."""


def parsed(column, value):
    return json.loads(value) if column in JSON_COLUMNS and value is not None else value


def same(what, seen, wanted):
    global checked
    checked += 1
    if seen == wanted and types_of(seen) == types_of(wanted):
        return
    pairs = zip(seen, wanted) if isinstance(seen, list) and isinstance(wanted, list) else [(seen, wanted)]
    first = next((pair for pair in pairs if pair[0] != pair[1] or types_of(pair[0]) != types_of(pair[1])), (seen, wanted))
    sys.exit(ascii(f"{what}: other cells than written.\n  seen   {first[0]!r}\n  wanted {first[1]!r}").replace("\\n", "\n"))


def types_of(value):
    """In Python 1 == 1.0 == True, and a file must not confuse 1 and True."""
    if isinstance(value, list):
        return [types_of(item) for item in value]
    return type(value) is bool


main()
