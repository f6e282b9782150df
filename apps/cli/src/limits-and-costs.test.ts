import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { main, node, TestFolder } from './__fixtures__/test-folder.ts';

const rows = Array.from({ length: 6 }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n}` }));
const base = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
const asking = ['run', ...base, '--model'];

/** A fresh folder with six questions and the OpenAI pack. */
function folderWithModel(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  folder.install('@touchstone/model-openai', 'packages/models/openai');
  return folder;
}

const config = (plugins: string): string => `
import { defineConfig } from '@touchstone/cli';
import { definePlugin, RATE_GOVERNOR } from '@touchstone/core';
import prices from '@touchstone/price-genai';
export default defineConfig({ plugins: [${plugins}] });
`;

describe('the page on limits and costs', () => {
  it('has examples that print what it says', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/limits-and-costs.md'), 'utf8');
    const [estimate = '', run = '', show = ''] = blocks(page, 'sh');
    const [estimated = '', shown = ''] = blocks(page, 'text');
    const answers: Readonly<Record<string, string>> = { Korea: 'Seoul', bread: 'Yeast', leap: '366' };
    await using provider = await fakeProvider({
      answers: { chat: ({ prompt }) => Object.entries(answers).find(([word]) => prompt.includes(word))?.[1] },
      faults: [{ fault: 'server-error', on: [2] }],
    });
    const folder = folderWithModel();
    const printed = async (script: string): Promise<string> => {
      folder.write('example.sh', `touchstone() { '${node}' '${main}' "$@"; }\n${script}`);
      const env = { ...process.env, OPENAI_API_KEY: 'key', OPENAI_BASE_URL: provider.openai };
      return withoutTimes(folder.tidy((await promisify(execFile)('sh', ['example.sh'], { cwd: folder.path, env })).stdout));
    };
    expect(await printed(estimate)).toBe(estimated);
    await printed(run);
    const [usage = ''] = (await printed(show)).split('\nWhat was learned of limits');
    expect(usage.trim()).toBe(withoutTimes(folder.tidy(shown)).trim());
  });
});

describe('show --verbose', () => {
  it('tells in a later process what calls used and what was learned of limits', async () => {
    await using provider = await fakeProvider({ answers: { chat: '답' } });
    const folder = folderWithModel();
    const change = "{ at: Date.now(), scope: 'openai|여기|gpt-5-mini', what: 'concurrency', value: 12, why: '429' }";
    const governor = `{ enter: async () => ({ done: () => changes.push(${change}) }), history: () => changes.slice(0, 1) }`;
    folder.write(
      'touchstone.config.ts',
      `const changes: object[] = [];\n${config(`definePlugin({ name: 'g', register: (r) => r.provide(RATE_GOVERNOR, ${governor}) })`)}`,
    );
    const env = { OPENAI_API_KEY: 'sk-canary', OPENAI_BASE_URL: provider.openai };
    const ran = await folder.start([...asking, 'openai:/gpt-5-mini', '--verbose'], { env }).ended;
    expect(ran.exitCode).toBe(0);
    const shown = await folder.touchstone('show', '@last', '--verbose');
    expect(shown.stdout).toBe(ran.stdout);
    expect(shown.stdout).toMatch(/^openai:\/gpt-5-mini {6}6 {8}0 /mu);
    expect(shown.stdout).toMatch(/^ {2}openai · 여기 · gpt-5-mini\n {4}after \d+\.\d s {2}calls in flight {2}12 {2}429$/mu);
    expect((await folder.touchstone('show', '@last')).stdout).not.toContain('What was learned');
    const document: unknown = JSON.parse((await folder.touchstone('show', '@last', '--json')).stdout);
    expect(document).toMatchObject({
      usage: {
        models: { 'openai:/gpt-5-mini': { calls: 6 } },
        metrics: { model: { calls: 6 } },
        limits: [{ scope: 'openai|여기|gpt-5-mini', what: 'concurrency', value: 12, why: '429' }],
      },
    });
    expect(ran.stdout + ran.stderr + shown.stdout).not.toContain('canary');
  });
});

describe('--max-cost', () => {
  it('needs nothing installed for models that the list knows, and goes on with a higher cap', async () => {
    await using provider = await fakeProvider({
      answers: { chat: { text: '답', usage: { inputTokens: 1_000, outputTokens: 500 } } },
    });
    const folder = folderWithModel();
    const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: provider.openai };
    const run = (cap: string, ...more: readonly string[]) => {
      const flags = ['--model-option', 'max-output-tokens=500', '--concurrency', '1', '--max-cost', cap, ...more];
      return folder.start([...asking, 'openai:/gpt-5-mini', ...flags], { env }).ended;
    };
    // A call costs 1,000 · 0.25 + 500 · 2 dollars a million: 0.00125. It is assumed to cost 0.001 and a little for its input.
    const capped = await run('0.003');
    expect(capped.exitCode).toBe(3);
    expect(capped.stderr).toContain(
      'incomplete: 2 rows (the cost cap is reached: $0.0025 of $0.0030 are spent, and the next call may',
    );
    expect(provider.calls()).toHaveLength(2);
    const higher = await run('0.1', '--resume', '--json');
    expect(higher.exitCode).toBe(0);
    expect(provider.calls()).toHaveLength(6);
    const document: { readonly usage?: { readonly cost?: { readonly usd?: number } } } = JSON.parse(higher.stdout);
    expect(document.usage?.cost?.usd).toBeCloseTo(6 * 0.00125, 12);
  });

  it('refuses to start with a price that is not known, and says what to write', async () => {
    const folder = folderWithModel();
    const { exitCode, stderr } = await folder.start([...asking, 'openai:/our-own', '--max-cost', '1'], {
      env: { OPENAI_API_KEY: 'key' },
    }).ended;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        "--max-cost is set, and the price of openai:/our-own is not known: tell it in plugins of touchstone.config.ts with prices({ overrides: { 'openai:/our-own': { input: …, output: … } } }) of @touchstone/price-genai, in dollars a million tokens, or leave --max-cost out.\n",
    });
  });

  it('takes the prices of the config, and a dry run tells them', async () => {
    const folder = folderWithModel();
    folder.write('touchstone.config.ts', config("prices({ overrides: { 'openai:/our-own': { input: 0, output: 10 } } })"));
    const flags = ['--model-option', 'max-output-tokens=100', '--max-cost', '1', '--dry-run'];
    const { exitCode, stdout } = await folder.start([...asking, 'openai:/our-own', ...flags], { env: { OPENAI_API_KEY: 'key' } })
      .ended;
    expect(exitCode).toBe(0);
    // Six answers of 16 to 100 tokens, 10 dollars a million.
    expect(stdout).toMatch(/^openai:\/our-own \(model\): 6 calls, about \d+ tokens in, 96–600 out, 0\.00096–0\.0060 USD$/mu);
    expect(stdout).toContain('\ncap: 1 USD\n');
  });
});

it('a run whose prices are not known says so', async () => {
  await using provider = await fakeProvider({ answers: { chat: '답' } });
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: provider.openai };
  const { stdout } = await folderWithModel().start([...asking, 'openai:/our-own'], { env }).ended;
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^6 calls · \d+ tokens in · \d+ tokens out · price not known$/u);
});

/** The fenced blocks of a language, in their order. */
function blocks(page: string, language: string): readonly string[] {
  return Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gmsu')), ([, block = '']) => block);
}

/** What differs from run to run: a name's id, and times, with the blanks that align them. */
function withoutTimes(text: string): string {
  return text.replaceAll(/ +\b\d+(?:\.\d)? (?:ms|s)\b/gu, ' TIME').replaceAll(/ +latency +wait$/gmu, ' latency wait');
}
