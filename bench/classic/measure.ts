import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { measureInChild, run } from '../child.ts';
import { median } from '../median.ts';
import type { BenchOptions, Peer } from '../options.ts';
import { pythonWith, scratchFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';
import { type ModelType, makeRows, ROWS } from './rows.ts';

const PEERS = {
  retriever: { peer: 'pytrec_eval', name: 'pytrec_eval-terrier 0.5.11' },
  classifier: { peer: 'scikit-learn', name: 'scikit-learn 1.9.1' },
  regressor: { peer: 'scikit-learn', name: 'scikit-learn 1.9.1' },
} as const satisfies Readonly<Record<ModelType, { readonly peer: Peer; readonly name: string }>>;

/** Rows a minute of whole evaluations in memory; beside them, the same metrics of Python's libraries on inputs that are ready. The numbers are compared. */
export async function measureClassic({ quick, peers }: BenchOptions): Promise<readonly Table[]> {
  const count = quick ? 5_000 : 200_000;
  const rows: string[][] = [];
  const aims: Aim[] = [];
  for (const modelType of Object.keys(ROWS).filter(isModelType)) {
    const file = join(scratchFolder('classic-rows'), `${modelType}.json`);
    writeFileSync(file, JSON.stringify(makeRows(modelType, count)));
    const { peer, name } = PEERS[modelType];
    const theirs = peers.has(peer) ? await python() : undefined;
    const [ours, others]: [Measured[], Measured[]] = [[], []];
    for (let repetition = 0; repetition < (quick ? 1 : 3); repetition++) {
      ours.push(await touchstone(modelType, file));
      if (theirs !== undefined) others.push(await theirs(modelType, file));
    }
    compare(ours[0], others[0]);
    const minute = (measured: readonly Measured[]): number => (60 * count) / median(measured.map(({ seconds }) => seconds));
    rows.push([modelType, millions(minute(ours)), theirs === undefined ? '–' : name, millions(minute(others))]);
    aims.push({ aim: `${modelType}: at least 1 million rows a minute`, measured: minute(ours) / 1e6, least: 1 });
  }
  const table = { columns: ['million rows a minute', 'Touchstone, whole evaluation', 'beside', 'its metrics alone'], rows };
  return quick ? [table] : [table, aimTable(aims)];
}

interface Measured {
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
}

async function touchstone(modelType: ModelType, file: string): Promise<Measured> {
  return measuredOf(await measureInChild(join(import.meta.dirname, 'touchstone.ts'), [modelType, file]));
}

async function python(): Promise<(modelType: ModelType, file: string) => Promise<Measured>> {
  const interpreter = await pythonWith('classic', ['scikit-learn==1.9.1', 'pytrec_eval-terrier==0.5.11']);
  const script = join(import.meta.dirname, 'python.py');
  return async (modelType, file) => measuredOf(JSON.parse(await run(interpreter, [script, modelType, file])));
}

function measuredOf(answer: unknown): Measured {
  const { seconds, metrics }: { readonly seconds?: unknown; readonly metrics?: unknown } = Object(answer);
  return {
    seconds: Number(seconds),
    metrics: Object.fromEntries(Object.entries(Object(metrics)).map(([name, value]) => [name, Number(value)])),
  };
}

/** @throws when a number of theirs is another one here */
function compare(ours: Measured | undefined, theirs: Measured | undefined): void {
  for (const [name, wanted] of Object.entries(theirs?.metrics ?? {})) {
    const got = ours?.metrics[name] ?? Number.NaN;
    if (!(Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))))
      throw new Error(`${name} is ${got} here and ${wanted} there.`);
  }
}

function millions(rows: number): string {
  return number(rows / 1e6);
}

function isModelType(name: string): name is ModelType {
  return Object.hasOwn(ROWS, name);
}
