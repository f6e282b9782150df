import {
  defineEvaluator,
  type EvaluatorOutcome,
  type FinishContext,
  JUDGE,
  type LanguageModel,
  LOGGER,
  type Logger,
  type ScoredTable,
} from '@touchstone/core';
import { quoting } from '@touchstone/judging';
import { apologises } from './reply-care.ts';

/** Replies without an apology, and whether a judge thinks that there should be one. It runs only when it is asked for by name. */
export const secondOpinion = defineEvaluator({
  name: 'second-opinion',
  supports: () => false,
  inject: { judge: JUDGE, log: LOGGER },
  metrics: () => [apologises],
  finish: (scored, { judge, log }, context) => missedApologies(scored, { judge, log, ...context }),
});

/** What both forms of the evaluator do. */
export async function missedApologies(
  scored: ScoredTable,
  { judge, log, ask, columns }: FinishContext & { readonly judge: LanguageModel; readonly log: Logger },
): Promise<EvaluatorOutcome> {
  const missed = [];
  for await (const row of scored.rows()) {
    if (row.columns['apologises/score'] !== false) continue;
    const question = String(row.columns[columns.inputs[0] ?? '']);
    const { notice, quote } = quoting([question]);
    const content = [notice, quote(question), 'Should a shop say sorry to this customer? Answer yes or no.'].join('\n\n');
    const { value } = await ask(judge, { messages: [{ role: 'user', content }], defaults: { temperature: 0 } });
    if (/^\W*yes\b/iu.test(value.text ?? '')) missed.push({ key: row.key, question });
  }
  log.info(`${judge.id} misses ${missed.length} apologies.`);
  return { metrics: { 'second-opinion/missed_apologies': missed.length }, tables: { missed_apologies: missed } };
}
