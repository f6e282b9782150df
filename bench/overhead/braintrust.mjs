// Runs in a folder that has braintrust: <rows> → milliseconds a row.
import { Eval } from 'braintrust';

const rows = Number(process.argv[2]);
const data = Array.from({ length: rows }, (_, index) => ({
  input: { question: `question ${index}` },
  expected: `answer ${index}`,
}));
const sameLength = ({ output, expected }) => ({ name: 'same_length', score: output.length === expected.length ? 1 : 0 });
const silent = { start() {}, stop() {}, increment() {}, setTotal() {} };

const started = performance.now();
const { results } = await Eval(
  'bench',
  { data: () => data, task: async ({ question }) => question, scores: [sameLength], maxConcurrency: 16 },
  { noSendLogs: true, progress: silent, reporter: { name: 'silent', reportEval: () => true, reportRun: () => true } },
);
const elapsed = performance.now() - started;

if (results.length !== rows) throw new Error(`only ${results.length} of ${rows} rows came back.`);
console.log(`\n${elapsed / rows}`);
process.exit();
