"""Runs in an environment that has rouge_score: <file of pairs> <seconds> -> milliseconds a pair, by metric."""

import json
import sys
import time

from rouge_score.rouge_scorer import RougeScorer

NAMES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]


def ms_per_pair(pairs, seconds, names):
    scorer = RougeScorer(names)
    for pair in pairs[:3]:
        scorer.score(pair["target"], pair["prediction"])
    started = time.perf_counter()
    passes = 0
    while passes == 0 or time.perf_counter() - started < seconds:
        for pair in pairs:
            scorer.score(pair["target"], pair["prediction"])
        passes += 1
    return 1000 * (time.perf_counter() - started) / (passes * len(pairs))


with open(sys.argv[1], encoding="utf-8") as file:
    PAIRS = json.load(file)
RESULT = {"all": ms_per_pair(PAIRS, float(sys.argv[2]), NAMES)}
for name in NAMES:
    RESULT[name] = ms_per_pair(PAIRS, float(sys.argv[2]), [name])
print(json.dumps(RESULT))
