// Learns the weights of the screen, src/head.json, and prints the numbers of DATA-CARD.md:
//   node scripts/train.ts [--vectors FILE]     (FILE keeps the sentence embeddings, which take most of the time)
// There are no random numbers: the same texts give the same file, to the byte.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SENTENCE_ENCODER } from '@touchstone/sentence-encoder';
import { embedTexts } from './embedded-texts.ts';
import { learnScreen, screenedScore } from './learn-screen.ts';
import type { Weights } from './logistic-regression.ts';
import { calibration, type Judged, quality } from './screen-report.ts';
import { readTrainingTexts, SOURCES, type Source } from './training-texts.ts';

/** The weights that ship have not learned from it, so that there is a source that tells how good they are elsewhere. */
const HELD_OUT: Source = 'wiki';

const { values: flags } = parseArgs({ options: { vectors: { type: 'string' } } });
const data = await embedTexts(readTrainingTexts(), flags.vectors);

const shipped = rounded(learnScreen(data, ({ source }) => source !== HELD_OUT));
const head = { encoder: SENTENCE_ENCODER, bias: shipped.at(-1), weights: [...shipped.slice(0, -1)] };
writeFileSync(join(import.meta.dirname, '../src/head.json'), `${JSON.stringify(head)}\n`);

const columns = ['source', 'texts', 'toxic', 'AUC', 'hits', 'false alarms', 'Brier'];
console.log('Each source, scored by weights that have learned from all others:\n');
print(
  columns,
  SOURCES.map((source) => {
    const weights = source === HELD_OUT ? shipped : learnScreen(data, (text) => text.source !== source);
    return [source, ...quality(judged(source, weights))];
  }),
);
console.log('\nEach source, scored by the weights that ship:\n');
print(
  columns,
  SOURCES.map((source) => [source, ...quality(judged(source, shipped))]),
);
console.log(`\nCalibration of the weights that ship, on ${HELD_OUT}:\n`);
print(['scores', 'texts', 'mean score', 'share toxic'], calibration(judged(HELD_OUT, shipped)));

/** Three decimals change no score by more than a few thousandths, and keep the file small. */
function rounded(weights: Weights): Weights {
  return weights.map((weight) => Number(weight.toFixed(3)));
}

function judged(source: Source, weights: Weights): readonly Judged[] {
  return data.texts.flatMap((text, index) =>
    text.source === source ? [{ toxic: text.toxic, score: screenedScore(data, index, weights) }] : [],
  );
}

function print(columns: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...rows];
  console.log(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
}
