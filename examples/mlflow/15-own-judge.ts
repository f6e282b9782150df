// A judge with a rubric of your own, and one with a prompt of your own.
import { createTouchstone } from '@touchstone/core';
import genai, { makeGenaiMetric, makeGenaiMetricFromPrompt } from '@touchstone/metric-genai';
import openai from '@touchstone/model-openai';
import { openaiOrFake } from './provider.ts';
import { replies } from './replies.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [openai(provider.options), genai({ judge: 'openai:/gpt-4' })] });

// professionalism = mlflow.metrics.genai.make_genai_metric(
//     name="professionalism", definition=…, grading_prompt=…, examples=[EvaluationExample(…)],
//     grading_context_columns=["policy"])
const professionalism = makeGenaiMetric({
  name: 'professionalism',
  definition: 'How formal, respectful and to the point the reply is.',
  gradingPrompt: 'Score 1: slang, or rude. Score 3: neutral. Score 5: a letter that a company could send.',
  examples: [
    {
      input: 'Do you sell vouchers?',
      output: 'Yeah, sure thing.',
      score: 2,
      justification: 'It answers, but in slang.',
      gradingContext: { policy: 'Vouchers are sold from ten euros on.' },
    },
  ],
  gradingContextColumns: ['policy'],
});

// apologizes = mlflow.metrics.genai.make_genai_metric_from_prompt(name="apologizes", judge_prompt="…")
const apologizes = makeGenaiMetricFromPrompt({
  name: 'apologizes',
  judgePrompt: 'A customer wrote: {inputs} The shop replied: {predictions} Does the reply say sorry?',
  scale: 'boolean',
});

// mlflow.evaluate(data=replies, predictions="predictions", extra_metrics=[professionalism, apologizes])
const results = await touchstone.evaluate({
  data: replies,
  predictions: 'predictions',
  extraMetrics: [professionalism, apologizes],
});

console.log(results);
