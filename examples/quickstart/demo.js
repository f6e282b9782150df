// Touchstone in one sitting: two systems compared on the same questions, then a model that is killed half way and resumed.
// Nothing is canned: change an answer in system-b.jsonl or a fact in facts.json, run it again, and the numbers change.
//
// QUICKSTART_DATA   the folder of questions.jsonl, system-a.jsonl and system-b.jsonl, instead of this one
// QUICKSTART_STORE  the file that keeps the runs, instead of .touchstone/touchstone.db in the root of the repository
import { join, resolve } from 'node:path';
import { createTouchstone, formatRows } from '@touchstone/core';
import { rougeL } from '@touchstone/metric-rouge';
import text from '@touchstone/metric-text';
import { sqlite } from '@touchstone/store-sqlite';
import { compareRows } from './compare-rows.js';
import { killAndResume } from './kill-and-resume.js';
import { heading, number, printTable, range, say } from './print.js';

const folder = resolve(process.env.QUICKSTART_DATA ?? import.meta.dirname);
const storeGiven = process.env.QUICKSTART_STORE;
const storeFlags = storeGiven === undefined ? [] : ['--store', resolve(storeGiven)];
const store = resolve(storeGiven ?? join(import.meta.dirname, '../../.touchstone/touchstone.db'));

const touchstone = createTouchstone({ plugins: [text()], store: sqlite(store) });
try {
  const a = await evaluateSystem('A');
  const b = await evaluateSystem('B');
  printSideBySide(a, b);
  await printDifference(a, b);
  await printWorstRows(b, 'rougeL', 3);
  printSkippedMetrics(b);
  await killAndResume(touchstone, { storeFlags, data: join(folder, 'questions.jsonl') });
  printWhatNext();
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await touchstone.close();
}

/** The answers exist already, in a file: they are only scored. Both systems are runs of one experiment. */
function evaluateSystem(name) {
  return touchstone.evaluate({
    data: join(folder, `system-${name.toLowerCase()}.jsonl`),
    id: 'id',
    inputs: 'question',
    targets: 'ground_truth',
    predictions: 'answer',
    modelType: 'question-answering',
    // Google's tokenizer, the default, sees only a–z and 0–9, and ten of the questions are Korean.
    extraMetrics: [rougeL({ tokenizer: 'unicode' })],
    run: { experiment: 'quickstart', name: `system ${name}` },
  });
}

function printSideBySide(a, b) {
  heading(`1 · Systems A and B on the same ${b.run.rows} questions`);
  const cells = (result, key) => {
    const [, { scored, skipped, failed }] = Object.entries(result.coverage).find(([metric]) => key.startsWith(metric));
    const interval = result.intervals[key];
    return [
      number(result.metrics[key]),
      interval === undefined ? '-' : range(interval),
      `${scored}/${scored + skipped + failed}`,
    ];
  };
  printTable([
    ['metric', 'A', '95 % interval', 'scored', 'B', '95 % interval', 'scored'],
    ...Object.keys(b.intervals).map((key) => [key, ...cells(a, key), ...cells(b, key)]),
  ]);
  say(...[a, b].flatMap(notScored));
}

/** Metrics that left out the same rows for the same reason share a line. */
function notScored({ run, coverage }) {
  const metrics = Object.groupBy(Object.keys(coverage), (metric) => JSON.stringify(coverage[metric].reasons));
  return Object.entries(metrics).flatMap(([reasons, names]) =>
    Object.entries(JSON.parse(reasons)).map(
      ([reason, rows]) => `Not scored, ${run.name}, ${names.join(', ')}: ${rows} (${reason})`,
    ),
  );
}

async function printDifference(a, b) {
  heading('2 · Is B better? B − A, question by question');
  for (const metric of ['exact_match', 'rougeL']) {
    const { facts, verdict } = await compareRows(a, b, metric);
    say(`${metric}  ${facts}`, verdict, '');
  }
  say(
    'Of a hundred such intervals about five miss the truth, and rougeL sees wording,',
    'not truth: read some rows before you believe either.',
  );
}

async function printWorstRows(result, metric, count) {
  heading(`3 · The worst answers of ${result.run.name}, by ${metric}`);
  const rows = await Array.fromAsync(result.rows());
  const scored = rows.filter(({ scores }) => scores[metric].status === 'scored');
  const worst = scored.sort((x, y) => x.scores[metric].value - y.scores[metric].value).slice(0, count);
  say(formatRows(worst, { plans: result.plans }));
}

function printSkippedMetrics({ skippedMetrics }) {
  heading('4 · Metrics of question-answering that were skipped');
  if (skippedMetrics.length === 0) return say('None.');
  printTable(skippedMetrics.map(({ name, reason, hint }) => [name, hint ?? reason]));
  say(
    '',
    'Their packs are not installed. The command beside a metric installs its pack, as',
    'soon as that is published: this is an early version.',
  );
}

function printWhatNext() {
  heading('6 · What next');
  const type = (command, ...flags) => `  npx -y pnpm@12 touchstone ${[command, ...flags].join(' ')}`;
  say('The three runs are stored in', `  ${store}`, 'From the root of the repository, type');
  say(type('show @last', ...storeFlags), type('rows @last --worst rougeL', ...storeFlags));
  say(type('runs', ...storeFlags), type('metrics rougeL'));
  say('or change an answer in examples/quickstart/system-b.jsonl and run it again.');
}
