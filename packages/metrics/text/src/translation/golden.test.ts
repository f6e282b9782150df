import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { evaluate, type Json } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import {
  bleu,
  chrf,
  chrfpp,
  corpusBleu,
  corpusChrf,
  corpusTer,
  exactMatch,
  type PredictedText,
  sacrebleu,
  ter,
} from '../index.ts';

/** Values of sacrebleu 2.6.0 and of Hugging Face's bleu as MLflow 2.22.5 calls it; empty where the folder is missing (vitest.config.ts). */
const golden = process.env.TOUCHSTONE_GOLDEN ?? '';

/** Some seconds on a quiet machine. */
const MINUTES = 240_000;

const metrics = { bleu, sacrebleu, chrf, chrfpp, ter } as const;
const names = ['bleu', 'sacrebleu', 'chrf', 'chrfpp', 'ter'] as const;

interface Pair extends Readonly<Record<(typeof names)[number], number | null>> {
  readonly id: string;
  readonly prediction: string;
  readonly target: string;
}

interface Group {
  readonly name: string;
  readonly ids: readonly string[];
  readonly results: readonly CorpusResult[];
  readonly mlflow_aggregates: { readonly bleu: Readonly<Record<string, number>>; readonly exact_match: number };
}

interface CorpusResult {
  readonly metric: 'bleu' | 'chrf' | 'ter';
  readonly options: Readonly<Record<string, Json>>;
  readonly references: 1 | 2;
  readonly score: number;
  readonly signature: string;
  readonly [detail: string]: unknown;
}

describe.skipIf(golden === '')('6,000 rows', () => {
  test.each(names)('%s', async (name) => {
    const metric = metrics[name]();
    const wrong: string[] = [];
    let unknown = 0;
    for (const { id, prediction, target, [name]: expected } of pairs().values()) {
      const score = await metric.score({ predictions: prediction, targets: target });
      const value = score.status === 'scored' ? Number(score.value) : Number.NaN;
      // TER of targets of more than 1,000 words, which sacrebleu would take minutes for.
      if (expected === null) unknown += Number(value > 0 && value < 100);
      else if (!isNear(value, expected)) wrong.push(id);
    }
    expect(wrong).toEqual([]);
    expect(unknown).toBe(name === 'ter' ? 6 : 0);
  });
});

describe.skipIf(golden === '')('corpora', () => {
  test(
    'corpus scores, with all that is behind them and the signature',
    () => {
      let results = 0;
      for (const group of readGroups()) {
        for (const result of group.results) {
          const { expected, actual } = behind(result, textsOf(group, result.references));
          expect(deepNear(actual, expected) ? 'as sacrebleu' : { group: group.name, actual, expected }).toBe('as sacrebleu');
          results++;
        }
      }
      expect(results).toBe(396);
    },
    MINUTES,
  );

  test(
    'through an evaluation: the corpus score beside the aggregates of rows',
    async () => {
      for (const group of readGroups()) {
        const results = group.results.map((result, index) => ({ ...result, name: `m${index}` }));
        for (const references of [1, 2] as const) {
          const asked = results.filter((result) => result.references === references);
          if (asked.length === 0) continue;
          const extraMetrics = asked.map(({ metric, name, options }) =>
            ({ bleu: sacrebleu, chrf, ter })[metric]({ ...JSON.parse(JSON.stringify(camelCased(options))), name }),
          );
          const data = textsOf(group, references);
          const { metrics } = await evaluate({ data, predictions: 'predictions', targets: 'targets', extraMetrics });
          expect(Object.keys(metrics)).toHaveLength(4 * asked.length);
          expect(asked.filter(({ name, score }) => !isNear(metrics[`${name}/v1/corpus`], score))).toEqual([]);
        }
      }
    },
    MINUTES,
  );

  test('MLflow’s aggregates of bleu and exact_match', async () => {
    const groups = readGroups();
    expect(groups).toHaveLength(42);
    for (const { name, ids, mlflow_aggregates } of groups) {
      const data = textsOf({ ids }, 1).map(({ predictions, targets }) => ({ answer: predictions, expected: targets }));
      const request = { data, predictions: 'answer', targets: 'expected' } as const;
      const { metrics } = await evaluate({ ...request, extraMetrics: [bleu(), exactMatch()] });
      const { mean, variance, p90 } = mlflow_aggregates.bleu;
      const expected = {
        'bleu/v1/mean': mean,
        'bleu/v1/variance': variance,
        'bleu/v1/p90': p90,
        'exact_match/v1': mlflow_aggregates.exact_match,
      };
      expect(deepNear(metrics, expected) ? 'as MLflow' : { name, metrics }).toBe('as MLflow');
    }
  });
});

/** What the reference says of a result, and what we say. */
function behind(result: CorpusResult, texts: readonly PredictedText[]): { readonly expected: unknown; readonly actual: unknown } {
  const options = camelCased(result.options);
  const { score, signature } = result;
  switch (result.metric) {
    case 'bleu': {
      const { counts, totals, precisions, bp, sys_len, ref_len } = result;
      const expected = {
        ...{ score, signature, counts, totals, precisions },
        ...{ brevityPenalty: bp, length: sys_len, referenceLength: ref_len },
      };
      return { expected, actual: corpusBleu(texts, options) };
    }
    case 'chrf': {
      const actual = corpusChrf(texts, options);
      return { expected: { score, signature }, actual: { score: actual.score, signature: actual.signature } };
    }
    case 'ter': {
      const expected = { score, signature, edits: result.num_edits, referenceLength: result.ref_length };
      return { expected, actual: corpusTer(texts, options) };
    }
  }
}

function camelCased(options: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      return [camel === 'tokenize' ? 'tokenizer' : camel, value];
    }),
  );
}

/** With two references, the second one is the target of the next row. */
function textsOf({ ids }: Pick<Group, 'ids'>, references: 1 | 2): readonly PredictedText[] {
  const rows = ids.map((id) => pairs().get(id) ?? { prediction: '', target: '' });
  return rows.map(({ prediction, target }, index) => ({
    predictions: prediction,
    targets: references === 1 ? target : [target, rows[(index + 1) % rows.length]?.target ?? ''],
  }));
}

function isNear(ours: unknown, theirs: number): boolean {
  return typeof ours === 'number' && Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));
}

function deepNear(ours: unknown, theirs: unknown): boolean {
  if (typeof theirs === 'number') return isNear(ours, theirs);
  if (typeof theirs !== 'object' || theirs === null) return ours === theirs;
  if (typeof ours !== 'object' || ours === null) return false;
  const keys = Object.keys(theirs);
  const [left, right] = [new Map<string, unknown>(Object.entries(ours)), new Map<string, unknown>(Object.entries(theirs))];
  return left.size === keys.length && keys.every((key) => deepNear(left.get(key), right.get(key)));
}

let read: ReadonlyMap<string, Pair> | undefined;

function pairs(): ReadonlyMap<string, Pair> {
  if (read !== undefined) return read;
  const lines = gunzipSync(readFileSync(join(golden, 'text/pairs.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  read = new Map(lines.map((line): Pair => JSON.parse(line)).map((pair) => [pair.id, pair]));
  return read;
}

function readGroups(): readonly Group[] {
  return JSON.parse(readFileSync(join(golden, 'text/corpus.json'), 'utf8')).pair_groups;
}
