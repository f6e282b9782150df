import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { measureInChild, run } from '../child.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../options.ts';
import { makePairs } from '../rouge/texts.ts';
import { pythonWith, scratchFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';

/** How many times as fast as sacrebleu ours should be. */
const AIMS = { bleu: 10, sacrebleu: 10, chrf: 5, chrfpp: 5, ter: 5 } as const;
const METRICS = ['bleu', 'sacrebleu', 'chrf', 'chrfpp', 'ter'] as const;

/** Of TER fewer, because a pair of 500 words takes sacrebleu seconds. The longest texts are ours alone: does time grow with the length? */
const SIZES = [
  { words: 50, pairs: 200, pairsOfTer: 20, sacrebleu: true },
  { words: 500, pairs: 20, pairsOfTer: 1, sacrebleu: true },
  { words: 20_000, pairs: 1, pairsOfTer: 1, sacrebleu: false },
] as const;

/** Milliseconds a pair of texts: ours and sacrebleu's, on the same texts, one after the other and again. */
export async function measureMt({ quick, peers }: BenchOptions): Promise<readonly Table[]> {
  const ours = join(import.meta.dirname, 'touchstone.ts');
  const python = peers.has('sacrebleu') ? await pythonWith('mt', ['sacrebleu==2.6.0']) : undefined;
  const seconds = quick ? 0.1 : 1;
  const measured: Measured[] = [];
  for (const { words, pairs, pairsOfTer, sacrebleu } of SIZES) {
    const file = join(scratchFolder('mt-texts'), `${words}.json`);
    const texts = makePairs(pairs, words);
    const byMetric = METRICS.map((metric) => [metric, metric === 'ter' ? texts.slice(0, pairsOfTer) : texts]);
    writeFileSync(file, JSON.stringify(Object.fromEntries(byMetric)));
    const times: { readonly touchstone: Times[]; readonly sacrebleu: Times[] } = { touchstone: [], sacrebleu: [] };
    for (let repetition = 0; repetition < (quick ? 1 : 3); repetition++) {
      times.touchstone.push(timesOf(await measureInChild(ours, [file, seconds])));
      if (python === undefined || !sacrebleu) continue;
      const script = join(import.meta.dirname, 'measure-sacrebleu.py');
      times.sacrebleu.push(timesOf(JSON.parse(await run(python, [script, file, String(seconds)]))));
    }
    measured.push({ words, touchstone: mediansOf(times.touchstone), sacrebleu: mediansOf(times.sacrebleu) });
  }
  return quick ? [tableOf(measured)] : [tableOf(measured), aimTable(aimsOf(measured))];
}

type Times = Readonly<Record<string, number>>;

interface Measured {
  readonly words: number;
  readonly touchstone: Times;
  readonly sacrebleu: Times;
}

function timesOf(answer: unknown): Times {
  return Object.fromEntries(Object.entries(answer ?? {}).map(([name, ms]) => [name, Number(ms)]));
}

function mediansOf(repetitions: readonly Times[]): Times {
  return Object.fromEntries(METRICS.map((metric) => [metric, median(repetitions.map((times) => times[metric] ?? Number.NaN))]));
}

function tableOf(measured: readonly Measured[]): Table {
  const rows = measured.flatMap(({ words, touchstone, sacrebleu }) =>
    METRICS.map((metric) => {
      const [ours = Number.NaN, theirs = Number.NaN] = [touchstone[metric], sacrebleu[metric]];
      const ratio = Number.isNaN(theirs) ? '–' : `${number(theirs / ours)} ×`;
      return [`${metric}, ${words.toLocaleString('en')} words`, number(ours), number(theirs), ratio];
    }),
  );
  return { columns: ['ms a row', 'Touchstone', 'sacrebleu 2.6.0', 'ratio'], rows };
}

function aimsOf(measured: readonly Measured[]): readonly Aim[] {
  const faster = measured.flatMap(({ words, touchstone, sacrebleu }) =>
    METRICS.map((metric) => ({
      aim: `${metric}, ${words} words: at least ${AIMS[metric]} × as fast as sacrebleu`,
      measured: (sacrebleu[metric] ?? Number.NaN) / (touchstone[metric] ?? Number.NaN),
      least: AIMS[metric],
    })),
  );
  const [, medium, longest] = measured;
  const linear = METRICS.map((metric) => ({
    aim: `${metric}: a word of a text of 20,000 takes at most twice the time of a word of a text of 500`,
    measured: (longest?.touchstone[metric] ?? Number.NaN) / (medium?.touchstone[metric] ?? Number.NaN) / 40,
    most: 2,
  }));
  return [...faster, ...linear];
}
