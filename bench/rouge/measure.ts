import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    tables.push(tableOf(words, contestants, repetitions));
  }
  return tables;
}

type Times = Readonly<Record<string, number>>;

interface Contestant {
  readonly name: string;
  measure(file: string, seconds: number): Promise<Times>;
}

async function install(peers: ReadonlySet<Peer>): Promise<readonly Contestant[]> {
  const ours = join(import.meta.dirname, 'touchstone.ts');
  const contestants: Contestant[] = [
    { name: 'Touchstone', measure: (file, seconds) => timesOf(measureInChild(ours, [file, seconds])) },
  ];
  if (peers.has('rouge_score')) {
    const python = await pythonWith(['rouge_score==0.1.2', 'nltk']);
    const script = join(import.meta.dirname, 'google.py');
    contestants.push({
      name: 'rouge_score 0.1.2 (Google)',
      measure: (file, seconds) => timesOf(run(python, [script, file, String(seconds)]).then((text) => JSON.parse(text))),
    });
  }
  if (peers.has('js-rouge')) {
    const folder = await npmFolder('js-rouge', ['js-rouge@3.2.3'], { scripts: ['rouge/js-rouge.mjs', 'rouge/ms-per-pair.ts'] });
    contestants.push({
      name: 'js-rouge 3.2.3',
      measure: (file, seconds) => timesOf(measureInChild('js-rouge.mjs', [file, seconds], { cwd: folder })),
    });
  }
  return contestants;
}

async function timesOf(answer: Promise<unknown>): Promise<Times> {
  return Object.fromEntries(Object.entries((await answer) ?? {}).map(([name, ms]) => [name, Number(ms)]));
}

/** Beside the time of each peer, how many times ours that is. */
function tableOf(words: number, contestants: readonly Contestant[], repetitions: readonly (readonly Times[])[]): Table {
  const [ours, ...peers] = repetitions.map(
    (times) => (metric: string) => median(times.map((each) => each[metric] ?? Number.NaN)),
  );
  const names = contestants.slice(1).map(({ name }) => name);
  const rows = METRICS.map((metric) => [
    metric === 'all' ? 'all of them on a row' : metric,
    number(ours?.(metric) ?? Number.NaN),
    ...peers.flatMap((peer) => [number(peer(metric)), times(peer(metric) / (ours?.(metric) ?? Number.NaN))]),
  ]);
  return {
    columns: [`ms a row of ${words} words`, 'Touchstone', ...names.flatMap((name) => [name, 'ratio'])],
    rows,
    command: 'npx -y pnpm@12 bench rouge',
  };
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${number(ratio)} ×` : '–';
}
