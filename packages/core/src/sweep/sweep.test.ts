import { describe, expect, it } from 'vitest';
import { createTouchstone, type LanguageModel, memoryStore, metric, type TouchstoneRuntime } from '../index.ts';

const questions = ['서울은 어디에 있나요?', 'Where is Paris?', '물은 몇 도에서 끓나요?'];
const data = questions.map((question) => ({ question, expected: question.toUpperCase() }));
const length = metric('length', ({ predictions }) => String(predictions).length);
const same = metric('same', ({ predictions, targets }) => predictions === targets, { needs: ['predictions', 'targets'] });

/** Answers with what it was asked, changed by `say`, and counts. */
function parrot(id: string, say: (prompt: string) => string = (prompt) => prompt) {
  const asked: string[] = [];
  const model: LanguageModel = {
    kind: 'language',
    id,
    identity: id,
    scopes: async () => [id],
    estimate: () => ({ inputTokens: 10, outputTokens: 10 }),
    async send({ messages }) {
      const prompt = String(messages.at(-1)?.content);
      asked.push(prompt);
      return { value: { text: say(prompt) }, usage: { inputTokens: 1, outputTokens: 1 }, finish: 'stop' };
    },
  };
  return { model, asked };
}

const base = { data, targets: 'expected', extraMetrics: [length, same] };

describe('a sweep', () => {
  it('evaluates every model with every prompt, each as a run below one, side by side', async () => {
    const low = parrot('parrot:/low');
    const high = parrot('parrot:/high', (prompt) => prompt.toUpperCase());
    await using touchstone = createTouchstone();
    const swept = await touchstone.sweep({
      ...base,
      models: { 낮은: low.model, 높은: high.model },
      prompts: { bare: '{question}', polite: [{ role: 'user', content: '질문: {question}' }] },
      run: { experiment: '비교', name: 'tuesday', tags: { team: 'qa' } },
    });
    expect(low.asked.toSorted()).toEqual([...questions, ...questions.map((question) => `질문: ${question}`)].toSorted());
    expect(swept.cells.map(({ name, model, prompt }) => [name, model, prompt])).toEqual([
      ['낮은 · bare', '낮은', 'bare'],
      ['낮은 · polite', '낮은', 'polite'],
      ['높은 · bare', '높은', 'bare'],
      ['높은 · polite', '높은', 'polite'],
    ]);
    // Korean has no capitals.
    const shares = swept.comparison.metrics['same/mean'] ?? {};
    expect(Object.entries(shares).map(([cell, { value }]) => [cell, value])).toEqual([
      ['낮은 · bare', 2 / 3],
      ['낮은 · polite', 0],
      ['높은 · bare', 1],
      ['높은 · polite', 0],
    ]);
    expect(swept.run).toMatchObject({ name: 'tuesday', experiment: '비교', status: 'finished', rows: 12 });
    const children = await touchstone.runs({ where: `parent = '${swept.run.id}'` });
    expect(
      children.map(({ name, params, tags, experiment }) => [name, params?.cell, params?.prompt, tags.team, experiment]),
    ).toEqual([...swept.cells].reverse().map(({ name, prompt }) => [`tuesday · ${name}`, name, prompt, 'qa', '비교']));
    const stored = await touchstone.sweepResult('tuesday');
    expect(stored?.toJSON()).toEqual(swept.toJSON());
    expect(stored?.toString()).toBe(swept.toString());
  });

  it('shows cells beside each other where they fit, else below each other', async () => {
    await using touchstone = createTouchstone();
    const models = { 가: parrot('a').model, 나: parrot('b', (prompt) => `${prompt}${prompt}`).model };
    const swept = await touchstone.sweep({ ...base, extraMetrics: [length], models, run: { name: 'two' } });
    const tidy = (text: string): string => text.replaceAll(/ [0-9a-f]{8} /gu, ' 1a2b3c4d ');
    expect(tidy(swept.toString({ width: 100 }))).toMatchInlineSnapshot(`
      "two · Default · finished · 2 cells

      cell       run    status  rows  USD
      가    1a2b3c4d  finished     3
      나    1a2b3c4d  finished     3

      metric                         가                    나
      length/mean  13.33 [9.539, 17.13]  26.67 [19.08, 34.26]"
    `);
    expect(tidy(swept.toString({ width: 50 }))).toMatchInlineSnapshot(`
      "two · Default · finished · 2 cells

      cell       run    status  rows  USD
      가    1a2b3c4d  finished     3
      나    1a2b3c4d  finished     3

      length/mean
        가  13.33 [9.539, 17.13]
        나  26.67 [19.08, 34.26]"
    `);
  });

  it('goes on with the cells that are not finished, and asks for nothing twice', async () => {
    const store = memoryStore();
    await using touchstone = createTouchstone({ store });
    const first = parrot('first');
    let stopAt = 2;
    const second = parrot('second', (prompt) => {
      if (second.asked.length === stopAt) touchstone.stop();
      return prompt;
    });
    const third = parrot('third');
    const request = {
      ...base,
      models: [first.model, second.model, third.model],
      limits: { concurrency: 1 },
      run: { key: 'nightly' },
      resume: 'auto',
    } as const;
    const stopped = await touchstone.sweep(request);
    expect(stopped.run).toMatchObject({ status: 'interrupted', reason: 'it was stopped' });
    expect(stopped.cells.map(({ result }) => result?.run.status)).toEqual(['finished', 'interrupted', undefined]);
    expect(third.asked).toEqual([]);
    stopAt = Number.NaN;
    const whole = await touchstone.sweep(request);
    expect(whole.run).toMatchObject({ id: stopped.run.id, status: 'finished' });
    expect(whole.cells.map(({ result }) => result?.run.status)).toEqual(['finished', 'finished', 'finished']);
    expect([first, second, third].map(({ asked }) => asked.toSorted())).toEqual([1, 2, 3].map(() => questions.toSorted()));
    const runs = await touchstone.runs();
    expect(runs).toHaveLength(4);
  });

  it('ends the cell whose model fails, and evaluates the others', async () => {
    await using touchstone = createTouchstone();
    const broken = (): string => {
      throw new Error('열쇠가 없습니다');
    };
    const swept = await touchstone.sweep({ ...base, models: { broken, good: ({ question }: { question: string }) => question } });
    expect(swept.cells.map(({ name, result }) => [name, result?.run.status])).toEqual([
      ['broken', 'failed'],
      ['good', 'finished'],
    ]);
    expect(swept.run).toMatchObject({ status: 'failed', reason: 'not finished: broken' });
    expect(swept.comparison.metrics['length/mean']).toEqual({ good: expect.objectContaining({ value: expect.any(Number) }) });
  });

  it('works on the cells that are asked for', async () => {
    await using touchstone = createTouchstone();
    const [one, other] = [parrot('one'), parrot('other')];
    const swept = await touchstone.sweep({ ...base, models: [one.model, other.model], only: ['other'] });
    expect([one.asked.length, other.asked.length]).toEqual([0, 3]);
    expect(swept.run).toMatchObject({ status: 'incomplete', reason: 'not finished: one' });
  });

  it.each<[string, object, string]>([
    ['no model', { prompts: { a: '{question}' } }, 'prompts are sent to models'],
    ['no models', { models: {} }, 'models names what is compared'],
    ['both', { model: 'a:/b', models: ['a:/c'] }, 'model and models are both set'],
    ['a prompt for a function', { models: { f: () => '' }, prompts: { a: '{question}' } }, "The model 'f' takes no prompt"],
    ['no prompt', { models: { m: parrot('m').model }, prompts: {} }, 'prompts is empty'],
    ['a prompt that is none', { models: { m: parrot('m').model }, prompts: { a: 1 } }, "prompts: 'a' must be a text"],
    ['two of a name', { models: [parrot('m').model, parrot('m').model] }, "Two cells of the sweep are called 'm'"],
    ['an unknown cell', { models: [parrot('m').model], only: ['n'] }, "The sweep has no cell 'n'. It has: m."],
    ['a wrong scheme', { models: ['opnai:/gpt-5', 'nope:/x'] }, "There is no model scheme 'opnai'"],
    ['an option', { models: [parrot('m').model, parrot('n').model], trials: 0 }, 'trials'],
    ['a run option', { models: [parrot('m').model], run: { nmae: 'x' } }, 'nmae'],
  ])('says what is wrong before anything is asked or kept: %s', async (_, wrong, sentence) => {
    const touchstone = createTouchstone() as unknown as TouchstoneRuntime;
    await expect(touchstone.sweep({ ...base, ...wrong })).rejects.toThrow(sentence);
    expect(await touchstone.runs()).toEqual([]);
  });

  it('says once what is wrong with all cells, and with the name what is wrong with one', async () => {
    const touchstone = createTouchstone() as unknown as TouchstoneRuntime;
    const wrong = { ...base, targets: 'expcted', models: { a: parrot('a').model, b: parrot('b').model } };
    const prompts = { right: '{question}', wrong: '{qestion} {expected}' };
    const error = await touchstone.sweep({ ...wrong, prompts }).catch((thrown: unknown) => thrown);
    const text = String(error);
    expect(text.match(/expcted/gu)).toHaveLength(1);
    expect(text).toContain('a · wrong, b · wrong: ');
  });
});
