// What to do next: the topics, the worst one first.
import { defineEvaluator, LOGGER, type Row, type Score } from '@touchstone/core';
import { citesPolicy, inLanguage, resolves } from './metrics.ts';

interface Topic {
  readonly topic: string;
  readonly rows: number;
  /** Of the judge's scores; absent where it has scored no row. */
  readonly resolves?: number;
  readonly in_language?: number;
  readonly cites_policy?: number;
}

const AVERAGED = ['resolves', 'in_language', 'cites_policy'] as const;

/**
 * Brings our three metrics to every evaluation of question answering, and concludes with the table `by_topic`, the number of the weakest
 * topic, and a warning where a topic has too few rows to say anything.
 */
export const byTopic = defineEvaluator({
  name: 'by-topic',
  supports: (modelType) => modelType === 'question-answering',
  inject: { log: LOGGER },
  metrics: () => [resolves, inLanguage(), citesPolicy()],

  async finish(scored, { log }) {
    const groups = new Map<string, Readonly<Record<string, Score>>[]>();
    for await (const { columns, scores } of scored.rows()) {
      const topic = String(columns.topic);
      groups.set(topic, [...(groups.get(topic) ?? []), scores]);
    }
    const topics = [...groups].map(([topic, rows]) => summary(topic, rows)).sort(byWeakness);
    const weakest = topics.find((topic) => topic.resolves !== undefined);
    if (weakest?.resolves === undefined) return { tables: { by_topic: topics.map(asRow) } };
    log.info(`The weakest topic is ${weakest.topic}, with ${weakest.resolves.toFixed(2)} of 5.`);
    const few = topics.filter(({ rows }) => rows < 10);
    return {
      metrics: { 'by-topic/weakest': weakest.resolves },
      tables: { by_topic: topics.map(asRow) },
      warnings:
        few.length === 0
          ? []
          : [`Fewer than ten questions, so read them one by one: ${few.map(({ topic }) => topic).join(', ')}.`],
    };
  },
});

function summary(topic: string, rows: readonly Readonly<Record<string, Score>>[]): Topic {
  const means = AVERAGED.flatMap((name) => {
    const mean = meanOf(rows.map((scores) => scores[name]));
    return mean === undefined ? [] : [[name, mean]];
  });
  return { topic, rows: rows.length, ...Object.fromEntries(means) };
}

/** Yes is 1 and no is 0, as in the aggregates; rows that were not scored do not count. */
function meanOf(scores: readonly (Score | undefined)[]): number | undefined {
  const values = scores.flatMap((score) => (score?.status === 'scored' ? [Number(score.value)] : []));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Topics without a score of the judge stand last. */
function byWeakness(a: Topic, b: Topic): number {
  return (a.resolves ?? Number.POSITIVE_INFINITY) - (b.resolves ?? Number.POSITIVE_INFINITY);
}

function asRow({ topic, rows, ...means }: Topic): Row {
  return { topic, rows, ...Object.fromEntries(AVERAGED.map((name) => [name, means[name] ?? null])) };
}
