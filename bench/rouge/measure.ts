import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { measureInChild, run } from '../child.ts';
import { median } from '../median.ts';
import type { BenchOptions, Peer } from '../options.ts';
import { npmFolder, pythonWith, scratchFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';
import { makePairs } from './texts.ts';

const METRICS = ['all', 'rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const;

/** Milliseconds a pair of texts: ours, Google's and js-rouge, on the same texts, one after the other and again. */
export async function measureRouge({ quick, peers }: BenchOptions): Promise<readonly Table[]> {
  const contestants = await install(peers);
  const tables: Table[] = [];
  const aims: Aim[] = [];
  for (const { words, pairs } of [
    { words: 50, pairs: 200 },
    { words: 500, pairs: 20 },
  ]) {
    const file = join(scratchFolder('rouge-texts'), `${words}.json`);
    writeFileSync(file, JSON.stringify(makePairs(pairs, words)));
    const repetitions = contestants.map(() => [] as Times[]);
    for (let repetition = 0; repetition < (quick ? 1 : 3); repetition++) {
      for (const [index, { measure }] of contestants.entries()) repetitions[index]?.push(await measure(file, quick ? 0.2 : 1));
    }
    const medians = repetitions.map(mediansOf);
    tables.push(tableOf(words, contestants, medians));
    aims.push(...aimsOf(words, contestants, medians));
  }
  return quick ? tables : [...tables, aimTable(aims)];
}

type Times = Readonly<Record<string, number>>;

interface Contestant {
  readonly name: string;
  /** How many times as fast ours should be. */
  readonly aim: number;
  measure(file: string, seconds: number): Promise<Times>;
}

async function install(peers: ReadonlySet<Peer>): Promise<readonly Contestant[]> {
  const ours = join(import.meta.dirname, 'touchstone.ts');
  const contestants: Contestant[] = [
    { name: 'Touchstone', aim: 1, measure: (file, seconds) => timesOf(measureInChild(ours, [file, seconds])) },
  ];
  if (peers.has('rouge_score')) {
    const python = await pythonWith('rouge', ['rouge_score==0.1.2', 'nltk']);
    const script = join(import.meta.dirname, 'google.py');
    contestants.push({
      name: 'rouge_score 0.1.2 (Google)',
      aim: 20,
      measure: (file, seconds) => timesOf(run(python, [script, file, String(seconds)]).then((text) => JSON.parse(text))),
    });
  }
  if (peers.has('js-rouge')) {
    const folder = await npmFolder('js-rouge', ['js-rouge@3.2.3'], { scripts: ['rouge/js-rouge.mjs', 'rouge/ms-per-pair.ts'] });
    contestants.push({
      name: 'js-rouge 3.2.3',
      aim: 10,
      measure: (file, seconds) => timesOf(measureInChild('js-rouge.mjs', [file, seconds], { cwd: folder })),
    });
  }
  return contestants;
}

async function timesOf(answer: Promise<unknown>): Promise<Times> {
  return Object.fromEntries(Object.entries((await answer) ?? {}).map(([name, ms]) => [name, Number(ms)]));
}

/** Beside the time of each peer, how many times ours that is. */
function tableOf(words: number, contestants: readonly Contestant[], [ours = {}, ...peers]: readonly Times[]): Table {
  const names = contestants.slice(1).map(({ name }) => name);
  const rows = METRICS.map((metric) => [
    metric === 'all' ? 'all of them on a row' : metric,
    number(ours[metric] ?? Number.NaN),
    ...peers.flatMap((peer) => [number(peer[metric] ?? Number.NaN), times(ratio(peer, ours, metric))]),
  ]);
  return {
    columns: [`ms a row of ${words} words`, 'Touchstone', ...names.flatMap((name) => [name, 'ratio'])],
    rows,
  };
}

function aimsOf(words: number, contestants: readonly Contestant[], [ours = {}, ...peers]: readonly Times[]): readonly Aim[] {
  return peers.flatMap((peer, index) => {
    const { name = '', aim = 0 } = contestants[index + 1] ?? {};
    return METRICS.map((metric) => ({
      aim: `${metric === 'all' ? 'all of them' : metric}, ${words} words: at least ${aim} × as fast as ${name}`,
      measured: ratio(peer, ours, metric),
      least: aim,
    }));
  });
}

function mediansOf(repetitions: readonly Times[]): Times {
  return Object.fromEntries(METRICS.map((metric) => [metric, median(repetitions.map((times) => times[metric] ?? Number.NaN))]));
}

function ratio(peer: Times, ours: Times, metric: string): number {
  return (peer[metric] ?? Number.NaN) / (ours[metric] ?? Number.NaN);
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${number(ratio)} ×` : '–';
}
