"""Runs in an environment that has scikit-learn and pytrec_eval: <model type> <file of rows> -> seconds, and the numbers.

The inputs are ready before the clock starts: arrays of NumPy, dictionaries for pytrec_eval.
"""

import json
import sys
import time

MODEL_TYPE = sys.argv[1]
with open(sys.argv[2], encoding="utf-8") as file:
    ROWS = json.load(file)


def retriever():
    import pytrec_eval

    run = {str(n): {doc: -rank for rank, doc in enumerate(row["predictions"])} for n, row in enumerate(ROWS)}
    relevant = {str(n): {doc: 1 for doc in row["targets"]} for n, row in enumerate(ROWS)}
    started = time.perf_counter()
    evaluator = pytrec_eval.RelevanceEvaluator(relevant, {"P.10", "recall.10", "ndcg_cut.10"})
    by_query = evaluator.evaluate(run)
    means = {
        ours: sum(one[theirs] for one in by_query.values()) / len(by_query)
        for ours, theirs in [("precision_at_10/mean", "P_10"), ("recall_at_10/mean", "recall_10"), ("ndcg_at_10/mean", "ndcg_cut_10")]
    }
    return time.perf_counter() - started, means


def classifier():
    import numpy as np
    from sklearn import metrics

    target = np.array([row["targets"] for row in ROWS])
    prediction = np.array([row["predictions"] for row in ROWS])
    probabilities = np.array([row["probabilities"] for row in ROWS])
    started = time.perf_counter()
    (tn, fp), (fn, tp) = metrics.confusion_matrix(target, prediction).tolist()
    values = {
        "true_negatives": tn,
        "false_positives": fp,
        "false_negatives": fn,
        "true_positives": tp,
        "accuracy_score": metrics.accuracy_score(target, prediction),
        "recall_score": metrics.recall_score(target, prediction),
        "precision_score": metrics.precision_score(target, prediction),
        "f1_score": metrics.f1_score(target, prediction),
        "log_loss": metrics.log_loss(target, probabilities),
        "roc_auc": metrics.roc_auc_score(target, probabilities[:, 1]),
        "precision_recall_auc": metrics.average_precision_score(target, probabilities[:, 1]),
    }
    return time.perf_counter() - started, values


def regressor():
    import numpy as np
    from sklearn import metrics

    target = np.array([row["targets"] for row in ROWS])
    prediction = np.array([row["predictions"] for row in ROWS])
    started = time.perf_counter()
    values = {
        "mean_absolute_error": metrics.mean_absolute_error(target, prediction),
        "mean_squared_error": metrics.mean_squared_error(target, prediction),
        "root_mean_squared_error": metrics.root_mean_squared_error(target, prediction),
        "sum_on_target": target.sum(),
        "mean_on_target": target.mean(),
        "r2_score": metrics.r2_score(target, prediction),
        "max_error": metrics.max_error(target, prediction),
        "mean_absolute_percentage_error": metrics.mean_absolute_percentage_error(target, prediction),
    }
    return time.perf_counter() - started, values


seconds, values = {"retriever": retriever, "classifier": classifier, "regressor": regressor}[MODEL_TYPE]()
print(json.dumps({"seconds": seconds, "metrics": {name: float(value) for name, value in values.items()}}))
