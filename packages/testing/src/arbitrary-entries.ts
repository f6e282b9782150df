import type { Entry, ErrorRecord, Json, PredictionResult, Row, Score, Superseding } from '@touchstone/core';
import fc from 'fast-check';
import type { JournalAction } from './reference-journal.ts';
import { HOSTILE_TEXTS } from './sample-run.ts';

/** Any UTF-16, lone surrogates included. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(...HOSTILE_TEXTS.filter(({ length }) => length < 100)),
);

/** In JSON −0 is 0. */
const anyJson: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const anyRow: fc.Arbitrary<Row> = fc.dictionary(anyText, anyJson, { maxKeys: 4 }).map((row) => JSON.parse(JSON.stringify(row)));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const anyError: fc.Arbitrary<ErrorRecord> = fc.record({ code: anyText, message: anyText, retryable: fc.boolean() });

const anyScore: fc.Arbitrary<Score> = fc.oneof(
  finite.map((value): Score => ({ status: 'scored', value })),
  fc.record(
    {
      status: fc.constant('scored' as const),
      value: fc.oneof(finite, fc.boolean(), anyText),
      justification: anyText,
      details: anyJson,
      flags: fc.array(anyText, { maxLength: 3 }),
    },
    { requiredKeys: ['status', 'value'] },
  ),
  fc.constant<Score>({ status: 'scored', value: 0, summandsOnly: true }),
  fc.record(
    { status: fc.constant('skipped' as const), code: anyText, reason: anyText, details: anyJson },
    { requiredKeys: ['status', 'code', 'reason'] },
  ),
  anyError.map((error): Score => ({ status: 'failed', error })),
);

const anyPrediction: fc.Arbitrary<PredictionResult> = fc.oneof(
  anyError.map((failed): PredictionResult => ({ failed })),
  fc.record(
    {
      columns: anyRow,
      main: anyText,
      latencyMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      usage: fc.record({ inputTokens: fc.nat(), usd: fc.double({ min: 0, max: 1e6, noNaN: true }) }, { requiredKeys: [] }),
      finish: fc.constantFrom('stop', 'length', 'refusal', 'filter', 'tool'),
      calls: fc.array(anyText, { maxLength: 3 }),
    },
    { requiredKeys: ['columns', 'main', 'latencyMs'] },
  ),
);

/** Neighbours, around the borders of pages and chunks, and far away. */
const ordinal = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 245, max: 260 }),
  fc.constantFrom(499, 500, 511, 512, 4_999, 5_000, 9_999_999, 2 ** 31, 2 ** 40),
);
const trial = fc.integer({ min: 0, max: 2 });
const metric = fc.integer({ min: 0, max: 4 });

const anyEntry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record(
    { type: fc.constant('row' as const), ordinal, key: anyText, row: anyRow, cluster: anyText },
    { requiredKeys: ['type', 'ordinal', 'key', 'row'] },
  ),
  fc.record({ type: fc.constant('prediction' as const), ordinal, trial, result: anyPrediction }),
  fc.record(
    {
      type: fc.constant('score' as const),
      ordinal,
      trial,
      metric,
      score: anyScore,
      statistics: fc.array(finite, { maxLength: 4 }),
    },
    { requiredKeys: ['type', 'ordinal', 'trial', 'metric', 'score'] },
  ),
);

/** Appends in the order of a restless engine: keys repeat, order means nothing. */
export const anyAppends: fc.Arbitrary<readonly (readonly Entry[])[]> = fc.array(fc.array(anyEntry, { maxLength: 30 }), {
  maxLength: 8,
});

const anySuperseding: fc.Arbitrary<Superseding> = fc.oneof(
  fc.constant<Superseding>({ failed: true }),
  fc.record({ metric: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ ordinals: fc.array(ordinal, { maxLength: 12 }) }),
);

/** Appends, and revisions between them. */
export const anyActions: fc.Arbitrary<readonly JournalAction[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ append: fc.array(anyEntry, { maxLength: 30 }) }) },
    { weight: 2, arbitrary: fc.record({ supersede: anySuperseding }) },
  ),
  { maxLength: 10 },
);
