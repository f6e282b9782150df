import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { measureInChild, run } from '../child.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../options.ts';
import { pythonWith, scratchFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';
import { makeTexts } from './texts.ts';

const SIZES = [
  { words: 50, texts: 200 },
  { words: 500, texts: 20 },
  { words: 20_000, texts: 2 },
] as const;

/** What the scripts measure, and what it is called here. */
const MEASURED = {
  all: 'all eight of them',
  both: "MLflow's two",
  flesch_kincaid_grade_level: 'flesch_kincaid_grade_level',
  ari_grade_level: 'ari_grade_level',
} as const;

/** Milliseconds of processor time a text: ours and textstat's, on the same texts, one after the other and again. */
export async function measureReadability({ quick, peers }: BenchOptions): Promise<readonly Table[]> {
  const ours = join(import.meta.dirname, 'touchstone.ts');
  const python = peers.has('textstat')
    ? await pythonWith('readability', ['textstat==0.7.13', 'pyphen==0.18.1', 'cmudict==1.1.3'])
    : undefined;
  const seconds = quick ? 0.2 : 1;
  const measured: Measured[] = [];
  for (const { words, texts } of SIZES) {
    const file = join(scratchFolder('readability-texts'), `${words}.json`);
    writeFileSync(file, JSON.stringify(makeTexts(texts, words)));
    const times: { readonly touchstone: Times[]; readonly textstat: Times[] } = { touchstone: [], textstat: [] };
    for (let repetition = 0; repetition < (quick ? 1 : 3); repetition++) {
      times.touchstone.push(timesOf(await measureInChild(ours, [file, seconds])));
      if (python === undefined) continue;
      const script = join(import.meta.dirname, 'measure-textstat.py');
      times.textstat.push(timesOf(JSON.parse(await run(python, [script, file, String(seconds)]))));
    }
    measured.push({ words, touchstone: mediansOf(times.touchstone), textstat: mediansOf(times.textstat) });
  }
  return quick ? [tableOf(measured)] : [tableOf(measured), aimTable(aimsOf(measured))];
}

type Times = Readonly<Record<string, number>>;

interface Measured {
  readonly words: number;
  readonly touchstone: Times;
  readonly textstat: Times;
}

function timesOf(answer: unknown): Times {
  return Object.fromEntries(Object.entries(answer ?? {}).map(([name, ms]) => [name, Number(ms)]));
}

function mediansOf(repetitions: readonly Times[]): Times {
  return Object.fromEntries(
    Object.keys(MEASURED).map((metric) => [metric, median(repetitions.map((times) => times[metric] ?? Number.NaN))]),
  );
}

function tableOf(measured: readonly Measured[]): Table {
  const rows = measured.flatMap(({ words, touchstone, textstat }) =>
    Object.entries(MEASURED).map(([metric, name]) => {
      const [ours = Number.NaN, theirs = Number.NaN] = [touchstone[metric], textstat[metric]];
      const ratio = Number.isNaN(theirs) ? '–' : `${number(theirs / ours)} ×`;
      return [`${name}, ${words.toLocaleString('en')} words`, number(ours), number(theirs), ratio];
    }),
  );
  return { columns: ['processor ms a row', 'Touchstone', 'textstat 0.7.13', 'ratio'], rows };
}

function aimsOf(measured: readonly Measured[]): readonly Aim[] {
  const faster = measured
    .filter(({ words }) => words <= 500)
    .flatMap(({ words, touchstone, textstat }) =>
      Object.entries(MEASURED).map(([metric, name]) => ({
        aim: `${name}, ${words} words: at least 10 × as fast as textstat`,
        measured: (textstat[metric] ?? Number.NaN) / (touchstone[metric] ?? Number.NaN),
        least: 10,
      })),
    );
  const [, medium, long] = measured.map(({ words, touchstone }) => (touchstone.all ?? Number.NaN) / words);
  const linear = {
    aim: 'a word of a text of 20,000 takes at most 1.5 × the time of a word of a text of 500',
    measured: (long ?? Number.NaN) / (medium ?? Number.NaN),
    most: 1.5,
  };
  return [...faster, linear];
}
