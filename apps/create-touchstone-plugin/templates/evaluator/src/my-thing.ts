import { defineEvaluator, type EvaluatorOutcome, metric } from '@touchstone/core';

/** Whether the answer is short enough to be read at a counter. */
export const brief = metric('brief', ({ predictions }) => [...predictions].length <= 80);

/** {description} */
export const myThing = defineEvaluator({
  name: 'my-thing',
  // Metrics that other evaluators bring as well are computed once.
  metrics: () => [brief],
  /** Called once, when every row has its scores. */
  async finish(scored, _, { columns: { prediction } }): Promise<EvaluatorOutcome> {
    const long: { readonly row: string; readonly characters: number }[] = [];
    for await (const { key, columns, scores } of scored.rows()) {
      if (scores.brief?.status === 'scored' && scores.brief.value === false)
        long.push({ row: key, characters: [...String(columns[prediction])].length });
    }
    return { metrics: { 'my-thing/long': long.length }, tables: { 'my-thing': long } };
  },
});
