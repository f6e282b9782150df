// Runs in a folder that has evalite: <rows> → milliseconds a row, with its store in memory and its server off.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { InMemoryStorage } from 'evalite/in-memory-storage';
import { runEvalite } from 'evalite/runner';

const rows = Number(process.argv[2]);
const folder = new URL('evaluation/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('noop.eval.ts', folder),
  `import { evalite } from 'evalite';
evalite('noop', {
  data: () => Array.from({ length: ${rows} }, (_, index) => ({ input: { question: 'question ' + index }, expected: 'answer ' + index })),
  task: async ({ question }) => question,
  scorers: [{ name: 'same_length', scorer: ({ output, expected }) => (output.length === expected.length ? 1 : 0) }],
});
`,
);
// Else Vitest takes the configuration of a folder above.
writeFileSync(new URL('vitest.config.mjs', folder), 'export default { test: { maxConcurrency: 16 } };\n');

const storage = InMemoryStorage.create();
const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
const started = performance.now();
await runEvalite({
  mode: 'run-once-and-exit',
  cwd: new URL('.', folder).pathname,
  storage,
  hideTable: true,
  disableServer: true,
  testOutputWritable: silent,
});
const elapsed = performance.now() - started;

const results = await storage.results.getMany({});
if (results.length !== rows) throw new Error(`only ${results.length} of ${rows} rows came back.`);
console.log(`\n${elapsed / rows}`);
process.exit();
