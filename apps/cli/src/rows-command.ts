import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type EvaluationResult, formatRows, type ScoredRow, suggestion, TouchstoneError } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { openTouchstone, type StoreFlags } from './open-touchstone.ts';
import { print, say } from './say.ts';

interface RowsFlags extends StoreFlags {
  readonly worst?: string;
  readonly failed?: boolean;
  readonly limit?: number;
  readonly to?: string;
  readonly json?: boolean;
}

const SHOWN = 10;

/** `touchstone rows`: rows of a run, the worst or the failed ones. */
export async function rowsCommand(ref: string, flags: RowsFlags): Promise<number> {
  const { touchstone } = await openTouchstone(flags);
  try {
    const result = await touchstone.result(ref);
    const chosen = chosenRows(result, flags);
    if (flags.to !== undefined) {
      const part = `${flags.to}.part`;
      let count = 0;
      const lines = (async function* () {
        for await (const row of chosen) {
          count++;
          yield `${JSON.stringify(row.columns)}\n`;
        }
      })();
      await pipeline(Readable.from(lines), createWriteStream(part));
      await rename(part, flags.to);
      say(`${count} rows written to ${flags.to}.`);
      return EXIT.ok;
    }
    if (flags.json === true) {
      for await (const row of chosen) await print(JSON.stringify(row));
      return EXIT.ok;
    }
    const rows: ScoredRow[] = [];
    for await (const row of chosen) rows.push(row);
    if (rows.length === 0) say(flags.failed === true ? 'No row failed.' : 'The run has no rows.');
    else await print(formatRows(rows, { plans: result.evaluations.map((evaluation) => evaluation.plan) }));
    return EXIT.ok;
  } finally {
    await touchstone.close();
  }
}

async function* chosenRows(result: Pick<EvaluationResult, 'rows' | 'evaluations'>, flags: RowsFlags): AsyncGenerator<ScoredRow> {
  const limit = flags.limit ?? (flags.to === undefined && flags.json !== true ? SHOWN : Number.POSITIVE_INFINITY);
  const wanted = (row: ScoredRow): boolean => flags.failed !== true || Object.values(row.scores).some((score) => score.status === 'failed');
  if (flags.worst !== undefined) {
    yield* await worstRows(result, flags.worst, limit, wanted);
    return;
  }
  let count = 0;
  for await (const row of result.rows()) {
    if (!wanted(row)) continue;
    if (count++ >= limit) return;
    yield row;
  }
}

/** The rows with the worst scores of a metric, worst first; keeps no more of them than are asked for. */
async function worstRows(result: Pick<EvaluationResult, 'rows' | 'evaluations'>, name: string, limit: number, wanted: (row: ScoredRow) => boolean): Promise<readonly ScoredRow[]> {
  const metrics = result.evaluations.flatMap(({ plan }) => plan.metrics);
  const metric = metrics.find((planned) => planned.name === name || planned.key === name);
  if (metric === undefined) {
    throw new TouchstoneError('unknown-metric', `This run has no metric '${name}'.${suggestion(name, metrics.map((planned) => planned.name), { list: 'It has' })}`);
  }
  const badness = (row: ScoredRow): number | undefined => {
    const score = row.scores[metric.name];
    if (score?.status !== 'scored' || typeof score.value === 'string') return undefined;
    return metric.greaterIsBetter ? -Number(score.value) : Number(score.value);
  };
  let worst: { readonly row: ScoredRow; readonly bad: number }[] = [];
  const trim = (): void => {
    worst = worst.sort((a, b) => b.bad - a.bad || a.row.ordinal - b.row.ordinal).slice(0, limit);
  };
  for await (const row of result.rows()) {
    const bad = badness(row);
    if (bad === undefined || !wanted(row)) continue;
    worst.push({ row, bad });
    if (worst.length >= 2 * limit + 1000) trim();
  }
  trim();
  return worst.map(({ row }) => row);
}
