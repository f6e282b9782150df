// Runs in a folder that has promptfoo: <rows> → milliseconds a row, nothing written.
import promptfoo from 'promptfoo';

const rows = Number(process.argv[2]);
const sameLength = { type: 'javascript', value: (output, { vars }) => output.length === vars.target.length };
const tests = Array.from({ length: rows }, (_, index) => ({
  vars: { question: `question ${index}`, target: `answer ${index}` },
  assert: [sameLength],
}));

const started = performance.now();
const { results } = await promptfoo.evaluate(
  { prompts: ['{{question}}'], providers: [async (prompt) => ({ output: prompt })], tests, writeLatestResults: false },
  { maxConcurrency: 16, cache: false, showProgressBar: false },
);
const elapsed = performance.now() - started;

if (results.length !== rows) throw new Error(`only ${results.length} of ${rows} rows came back.`);
console.log(`\n${elapsed / rows}`);
process.exit();
