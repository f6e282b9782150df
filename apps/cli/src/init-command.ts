import { existsSync } from 'node:fs';
import { suggestion, TouchstoneError } from '@touchstone/core';
import { runCommand } from './run-command.ts';
import { say } from './say.ts';
import { writeWhole } from './write-file.ts';

export const TEMPLATES: readonly string[] = ['static'];

const CONFIG_FILE = 'touchstone.config.ts';
const DATA_FILE = 'answers.jsonl';

/** `touchstone init`: a config and a small data set, run at once. Never overwrites a file. */
export async function initCommand({ template }: { readonly template: string }): Promise<number> {
  if (!TEMPLATES.includes(template)) {
    throw new TouchstoneError(
      'unknown-template',
      `There is no template '${template}'.${suggestion(template, TEMPLATES, { list: 'There is' })}`,
    );
  }
  const taken = [CONFIG_FILE, DATA_FILE].filter((file) => existsSync(file));
  if (taken.length > 0) {
    const are = taken.length === 1 ? 'is' : 'are';
    throw new TouchstoneError(
      'file-exists',
      `${taken.join(' and ')} ${are} here already and would be overwritten: run touchstone init in an empty folder.`,
    );
  }
  await writeWhole(CONFIG_FILE, [config]);
  await writeWhole(
    DATA_FILE,
    rows.map((row) => `${JSON.stringify(row)}\n`),
  );
  say(`Wrote ${CONFIG_FILE} and ${DATA_FILE}. From now on: touchstone run. The first time:\n`);
  return runCommand([], {});
}

const config = `import { defineConfig } from '@touchstone/cli';

export default defineConfig({
  evaluations: {
    answers: {
      data: '${DATA_FILE}',
      inputs: 'question',
      targets: 'expected',
      predictions: 'answer',
      extraMetrics: ['exact_match', 'rougeL'],
    },
  },
});
`;

const rows = [
  { question: 'How long is the warranty?', expected: 'The warranty lasts two years.', answer: 'The warranty lasts two years.' },
  {
    question: 'Can I return a sale item?',
    expected: 'Yes, within 14 days of delivery.',
    answer: 'Sale items can be returned within 14 days.',
  },
  {
    question: 'Where is my parcel?',
    expected: 'The tracking link is in the shipping e-mail.',
    answer: 'Please wait a little longer.',
  },
  { question: 'Do you ship to Norway?', expected: 'Yes, to all of Europe.', answer: 'Yes, we ship to all of Europe.' },
  { question: 'Which cards do you take?', expected: 'Visa and Mastercard.', answer: 'Visa and Mastercard.' },
];
