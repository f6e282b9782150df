// node examples/support-bot/evaluate.ts [FOLDER FOR RUN FILES AND TABLES]
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTouchstone, type EvaluationResult, formatRows, latency, worstRows } from '@touchstone/core';
import { writeCsv } from '@touchstone/dataset-files';
import { sqlite } from '@touchstone/store-sqlite';
import { MODEL, prompts } from './prompts.ts';
import { openaiOrFake } from './provider.ts';
import { pluginsFor, questions } from './setup.ts';
import { differences, sideBySide, textTable } from './side-by-side.ts';

const folder = process.argv[2] ?? '.touchstone/support-bot';
await mkdir(folder, { recursive: true });

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({
  plugins: pluginsFor(provider.options),
  store: sqlite(join(folder, 'touchstone.db')),
});

const champion = await evaluatePrompt('champion');
const challenger = await evaluatePrompt('challenger');

console.log(textTable(sideBySide({ champion, challenger })));
console.log('\nThe challenger against the champion, question by question (95 % intervals)\n');
console.log(textTable(await differences(champion, challenger)));
console.log('\nThe challenger by topic, the weakest first\n');
console.log(textTable((await challenger.tables.by_topic?.toArray()) ?? []));
console.log('\nThe worst answers of the challenger\n');
const worst = await worstRows(challenger.rows(), { plans: challenger.plans, metric: 'resolves', limit: 3 });
console.log(formatRows(worst, { plans: challenger.plans }));
await keep('champion', champion);
await keep('challenger', challenger);
console.log(`\nRun files, tables and the store are in ${folder}.`);

/** Logs the prompt as a model, gives it a name in the registry, and evaluates what has that name now. */
function evaluatePrompt(name: 'champion' | 'challenger'): Promise<EvaluationResult> {
  return touchstone.withRun({ experiment: 'support-bot', name }, async (run) => {
    const { modelUri } = await run.logModel({ model: MODEL, messages: prompts[name] });
    const { version } = await touchstone.registerModel(modelUri, 'support-bot');
    await touchstone.setModelAlias('support-bot', name, version);
    const result = await run.evaluate({ ...questions, model: `models:/support-bot@${name}`, extraMetrics: [latency()] });
    // What an evaluator concludes is in this result only. Logged, it is stored with the run, and exported with it.
    await run.logArtifact('by_topic.json', (await result.tables.by_topic?.toArray()) ?? []);
    return result;
  });
}

/** The run as one file, for `touchstone show` and `touchstone import`; its tables as CSV, for everything else. */
async function keep(name: string, result: EvaluationResult): Promise<void> {
  const file = join(folder, `${name}.zip`);
  await rm(file, { force: true });
  await touchstone.exportRun(result.run.id, file);
  const { eval_results_table: answers, by_topic: topics } = result.tables;
  await writeFile(join(folder, `${name}-answers.csv`), writeCsv(answers));
  if (topics !== undefined) await writeFile(join(folder, `${name}-by-topic.csv`), writeCsv(topics));
}
