"""Runs in an environment that has sacrebleu: <file of pairs by metric> <seconds> -> milliseconds a pair, by metric."""

import json
import logging
import sys
import time

from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer

# It advises another setting for single sentences, which is not what MLflow's bleu has.
logging.disable(logging.WARNING)

METRICS = {
    "sacrebleu": BLEU(effective_order=True),
    "bleu": BLEU(smooth_method="none"),
    "chrf": CHRF(),
    "chrfpp": CHRF(word_order=2),
    "ter": TER(),
}


def ms_per_pair(pairs, seconds, metric):
    """Between passes, sacrebleu forgets how it split these very texts."""
    spent = 0
    passes = 0
    while passes == 0 or spent < seconds:
        for tokenizer in (Tokenizer13a, TokenizerRegexp, TercomTokenizer):
            tokenizer.__call__.cache_clear()
        started = time.perf_counter()
        for pair in pairs:
            metric.sentence_score(pair["prediction"], [pair["target"]])
        spent += time.perf_counter() - started
        passes += 1
    return 1000 * spent / (passes * len(pairs))


with open(sys.argv[1], encoding="utf-8") as file:
    PAIRS = json.load(file)
RESULT = {name: ms_per_pair(pairs, float(sys.argv[2]), METRICS[name]) for name, pairs in PAIRS.items()}
print(json.dumps(RESULT))
