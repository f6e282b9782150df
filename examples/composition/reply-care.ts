import { defineEvaluator, JUDGE, LOGGER, metric, type Row, type ScoredRow } from '@touchstone/core';
import { quoting } from '@touchstone/judging';
import { guidelines } from '@touchstone/metric-genai';
import { barChart } from './bar-chart.ts';

/** Whether a reply says sorry, in English or Korean. */
export const apologises = metric('apologises', ({ predictions }) => /\b(sorry|apologi[sz]e)|죄송|미안/iu.test(predictions));

const sentenceBreaks = new Intl.Segmenter('ko', { granularity: 'sentence' });

/** Length of a reply, in any language. */
export const sentences = metric('sentences', ({ predictions }) => [...sentenceBreaks.segment(predictions)].length);

/** The preset for texts, three metrics of our own, and what to do about it: by channel, beside how long customers waited there. */
export const replyCare = defineEvaluator({
  name: 'reply-care',
  supports: (modelType) => modelType === 'text',
  inject: { judge: JUDGE, log: LOGGER },
  after: ['waiting-time'],
  metrics: ({ preset }, { judge }) => [
    ...preset('text'),
    apologises,
    sentences,
    guidelines({
      name: 'next_step',
      guidelines: ['The reply says what happens next, or what the customer can do.'],
      model: judge,
    }),
  ],

  async finish(scored, { judge, log }, { metrics, outcomes, columns, ask }) {
    const waiting = outcomes['waiting-time'].tables?.waiting_by_channel ?? [];
    const channels = new Map(waiting.map((row) => [row.channel, { row, next_step: 0, apologises: 0 }]));
    const unhelpful: ScoredRow[] = [];
    for await (const row of scored.rows()) {
      const channel = channels.get(row.columns.channel);
      if (channel === undefined) continue;
      if (isYes(row, 'next_step')) channel.next_step++;
      else if (Number(row.columns.waited_hours) > 24) unhelpful.push(row);
      if (isYes(row, 'apologises')) channel.apologises++;
    }
    log.info(`${unhelpful.length} replies came late and say nothing of what happens next; asking ${judge.id} what to do.`);
    const table = [...channels.values()].map(({ row, ...counts }) => ({ ...row, ...counts }));
    const bars = [...channels.values()].map(({ row, next_step }) => ({
      label: String(row.channel),
      value: next_step,
      of: Number(row.replies),
    }));
    return {
      metrics: { 'reply-care/late_without_next_step': unhelpful.length },
      tables: { care_by_channel: table, late_without_next_step: unhelpful.map(shown) },
      artifacts: {
        'care_by_channel.svg': barChart('Replies that say what happens next', bars, metrics['next_step/v1/mean']),
        'advice.txt': unhelpful.length === 0 ? 'Nothing to do.' : await advice(unhelpful),
      },
    };

    function replyOf(row: ScoredRow): string {
      return String(row.columns[columns.prediction]);
    }

    function shown(row: ScoredRow): Row {
      const { id = null, channel = null, waited_hours = null } = row.columns;
      return { id, channel, waited_hours, reply: replyOf(row) };
    }

    /** The judge of the metrics, asked once more: through the door, so it is counted, capped and not asked again by a resume. */
    async function advice(rows: readonly ScoredRow[]): Promise<string> {
      const texts = rows.map(replyOf);
      const { notice, quote } = quoting(texts);
      const task = 'These replies to customers do not say what happens next. In one sentence: what should the team do otherwise?';
      const content = [notice, task, ...texts.map(quote)].join('\n\n');
      const { value } = await ask(judge, { messages: [{ role: 'user', content }], defaults: { temperature: 0 } });
      return value.text ?? `No advice: ${value.refusal ?? 'the judge said nothing'}.`;
    }
  },
});

function isYes({ scores }: ScoredRow, name: string): boolean {
  const score = scores[name];
  return score?.status === 'scored' && score.value === true;
}
