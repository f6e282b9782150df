// A summarization pipeline as the model, with the metrics of summaries.
import { createTouchstone } from '@touchstone/core';
import readability from '@touchstone/metric-readability';
import rouge from '@touchstone/metric-rouge';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';
import { fromPipeline } from '@touchstone/model-huggingface';
import { articles } from './articles.ts';
import { summarizationPipeline } from './pipeline.ts';

await using touchstone = createTouchstone({ plugins: [tokens(), toxicity(), readability(), rouge()] });

// summarizer = pipeline("summarization")
const summarizer = await summarizationPipeline();

// def summarize(data): return [summary["summary_text"] for summary in summarizer(list(data["inputs"]))]
// mlflow.evaluate(summarize, articles, targets="ground_truth", model_type="text-summarization")
const results = await touchstone.evaluate({
  model: fromPipeline(summarizer),
  data: articles,
  targets: 'ground_truth',
  modelType: 'text-summarization',
});

console.log(results);
