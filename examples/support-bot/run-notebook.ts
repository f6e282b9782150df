// node examples/support-bot/run-notebook.ts [--write]
// Runs the cells of support-bot.ipynb with Node. Says where they show something else than is stored, or with --write stores what they show.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changedOutputs, type Notebook, runNotebook } from './notebook.ts';

const file = join(import.meta.dirname, 'support-bot.ipynb');
const stored: Notebook = JSON.parse(readFileSync(file, 'utf8'));
const run = await runNotebook(stored, file);
if (process.argv.includes('--write')) writeFileSync(file, `${JSON.stringify(run, null, 1)}\n`);
else {
  const changes = changedOutputs(stored, run);
  for (const change of changes) console.log(change);
  if (changes.length > 0) process.exitCode = 1;
  else console.log('The cells show what is stored.');
}
