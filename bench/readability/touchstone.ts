// node bench/readability/touchstone.ts <file of texts> <seconds>: milliseconds a text, by metric.
import { readFileSync } from 'node:fs';
import {
  ariGradeLevel,
  colemanLiauIndex,
  daleChallReadabilityScore,
  fleschKincaidGradeLevel,
  fleschReadingEase,
  gunningFog,
  linsearWriteFormula,
  smogIndex,
} from '@touchstone/metric-readability';
import { scoreRow } from '../score-row.ts';
import { cpuMsPerText } from './cpu-ms-per-text.ts';

const texts: readonly string[] = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const seconds = Number(process.argv[3]);

const fleschKincaid = fleschKincaidGradeLevel();
const ari = ariGradeLevel();
const others = [fleschReadingEase, gunningFog, smogIndex, colemanLiauIndex, daleChallReadabilityScore, linsearWriteFormula].map(
  (make) => make(),
);

// The first row of a process waits for the dictionaries.
await fleschKincaid.score({ predictions: 'Yes.' });
const measured = {
  all: [fleschKincaid, ari, ...others],
  both: [fleschKincaid, ari],
  flesch_kincaid_grade_level: [fleschKincaid],
  ari_grade_level: [ari],
};
const result: Record<string, number> = {};
for (const [name, metrics] of Object.entries(measured))
  result[name] = cpuMsPerText(texts, seconds, (text) => scoreRow(metrics, { predictions: text }));
console.log(JSON.stringify(result));
