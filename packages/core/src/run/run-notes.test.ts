import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTouchstone, metric } from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const scored = { data: [{ answer: '하나' }, { answer: '하나 둘 셋' }], predictions: 'answer', extraMetrics: [length] } as const;

describe('a run', () => {
  test('says of itself what it likes, besides its evaluations, and is found by it', async () => {
    const touchstone = createTouchstone();
    const results = await touchstone.withRun({ name: '하나', tags: { 팀: '지원' }, params: { 모델: '작은 것' } }, async (run) => {
      await run.logParam('프롬프트', 7);
      await run.logParams({ 다시: true });
      await run.setTag('검토', '김민지');
      await run.setTags({ 팀: '영업' });
      await run.logMetric('손실', 0.5);
      await run.logMetric('손실', 0.25, { step: 1 });
      await run.logMetrics({ 'length/mean': 99, 걸음: 3 }, { step: 1 });
      return run.evaluate(scored);
    });
    const [run] = await touchstone.runs();
    expect(run).toMatchObject({ status: 'finished', tags: { 팀: '영업', 검토: '김민지' } });
    // What the plan found stands beside what was given.
    expect(run?.params).toMatchObject({ 모델: '작은 것', 프롬프트: '7', 다시: 'true', data: expect.any(String) });
    const { metrics } = await touchstone.logged(results.run.id);
    expect(metrics.map(({ name, value, step }) => [name, value, step])).toEqual([
      ['손실', 0.5, 0],
      ['손실', 0.25, 1],
      ['length/mean', 99, 1],
      ['걸음', 3, 1],
    ]);
    const found = async (where: string) => (await touchstone.runs({ where })).length;
    expect(await found('metrics.`손실` = 0.25')).toBe(1);
    expect(await found('metrics.`손실` = 0.5')).toBe(0);
    // (2 + 6) / 2: of an equal name the evaluation's own counts.
    expect(await found('metrics.length/mean = 4 and params.`프롬프트` = 7 and tags.`검토` like "김%"')).toBe(1);
  });

  test('keeps a param as it is, and what a plan says of an equal name does not change it', async () => {
    const touchstone = createTouchstone();
    await touchstone.withRun({ params: { 온도: '0' } }, async (run) => {
      await run.logParam('data', '우리 것');
      await run.logParam('온도', 0);
      await expect(run.logParams({ 온도: 1, 새것: 2 })).rejects.toMatchObject({
        code: 'param-logged',
        message:
          "The run has the param '온도' already, and it is '0', not '1': a run has one value of a param. Start another run, or log it as a tag.",
      });
      await run.evaluate(scored);
      // That of the plan may be said otherwise.
      await run.evaluate({ ...scored, limit: 1 });
    });
    expect((await touchstone.runs())[0]?.params).toEqual({ 온도: '0', data: '우리 것' });
  });

  test('keeps files: of the disk, texts, bytes and JSON; the newest of a name', async () => {
    const folder = mkdtempSync(join(tmpdir(), '파일 '));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, '보고.md'), '# 보고');
    const touchstone = createTouchstone();
    await using run = await touchstone.startRun({ name: '파일' });
    expect(await run.logArtifact(join(folder, '보고.md'))).toBe(`runs:/${run.id}/보고.md`);
    await run.logArtifact('글/하나.txt', '먼저');
    await run.logArtifact('점.bin', Uint8Array.from([0, 255]));
    await run.logArtifact('답.json', { 답: [1, null] });
    await run.logArtifact('글/하나.txt', '나중');
    const { artifacts } = await touchstone.logged('파일');
    expect(artifacts.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['보고.md', 8],
      ['점.bin', 2],
      ['답.json', 34],
      ['글/하나.txt', 6],
    ]);
    const text = async (name: string) => new TextDecoder().decode(await touchstone.artifact('파일', name));
    expect(await text('보고.md')).toBe('# 보고');
    expect(await text('글/하나.txt')).toBe('나중');
    expect(JSON.parse(await text('답.json'))).toEqual({ 답: [1, null] });
    expect(await touchstone.artifact('파일', '점.bin')).toEqual(Uint8Array.from([0, 255]));
    await expect(touchstone.artifact('파일', '없다')).rejects.toMatchObject({ code: 'artifact-not-found' });
  });

  test('has children, which are runs of its experiment and know it', async () => {
    const touchstone = createTouchstone();
    const [parent, ids] = await touchstone.withRun({ experiment: '비교', name: '부모' }, async (run) => {
      const one = await run.withRun({ name: '첫째' }, async (child) => {
        await child.evaluate(scored);
        const grandchild = await child.startRun({ name: '손자', experiment: '따로' });
        await grandchild.end();
        return child.id;
      });
      const failing = run.withRun({ name: '둘째' }, () => {
        throw new Error('넘어졌다');
      });
      await expect(failing).rejects.toThrow('넘어졌다');
      return [run.id, one] as const;
    });
    const children = await touchstone.runs({ parent });
    expect(children.map(({ name, experiment, status }) => [name, experiment, status])).toEqual([
      ['둘째', '비교', 'failed'],
      ['첫째', '비교', 'finished'],
    ]);
    expect(await touchstone.runs({ parent: ids })).toMatchObject([{ name: '손자', experiment: '따로' }]);
    // A child that fails is no failure of its parent, unless that lets it be one.
    expect((await touchstone.runs({ name: '부모' }))[0]?.status).toBe('finished');
  });

  test('that is continued goes on with what it has logged', async () => {
    const touchstone = createTouchstone();
    const controller = new AbortController();
    const first = await touchstone.startRun({ key: 'nightly' });
    await first.logParam('프롬프트', 7);
    await first.logMetric('손실', 1);
    controller.abort();
    await first.evaluate({ ...scored, signal: controller.signal });
    await first.end();
    await using again = await touchstone.startRun({ key: 'nightly', resume: 'auto' });
    expect(again.id).toBe(first.id);
    await again.logMetric('손실', 0.5, { step: 1 });
    await again.setTag('부분', 2);
    expect((await again.evaluate(scored)).metrics['length/mean']).toBe(4);
    expect((await touchstone.logged(first.id)).metrics.map(({ value }) => value)).toEqual([1, 0.5]);
    expect((await touchstone.runs())[0]).toMatchObject({ tags: { 부분: '2' }, params: { 프롬프트: '7' } });
  });

  test('keeps no credential', async () => {
    const touchstone = createTouchstone();
    await using run = await touchstone.startRun();
    await run.logParam('key', 'sk-canary-0123456789abcdef');
    await run.setTag('header', 'Bearer canary0123456789');
    await run.logArtifact('log.txt', 'the key is sk-canary-0123456789abcdef.');
    expect(JSON.stringify(await touchstone.runs())).not.toContain('canary');
    expect(new TextDecoder().decode(await touchstone.artifact(run.id, 'log.txt'))).toBe('the key is [secret].');
  });

  test('that has ended takes nothing more', async () => {
    const touchstone = createTouchstone();
    const run = await touchstone.startRun();
    await run.end();
    for (const late of [() => run.logMetric('a', 1), () => run.setTag('a', 'b'), () => run.logArtifact('a', 'b')]) {
      await expect(late()).rejects.toMatchObject({ code: 'run-closed' });
    }
  });
});

describe('what cannot be logged', () => {
  test.each([
    [(run: Run) => run.logMetric('손실', Number.NaN), "logMetric: '손실' must be a finite number, and it is NaN."],
    [(run: Run) => run.logMetric('손실', '1' as never), "logMetric: '손실' must be a finite number, and it is string."],
    [
      (run: Run) => run.logMetric('손실', 1, { step: -1 }),
      "logMetric: 'step' must be a whole number of at least 0, and it is -1.",
    ],
    [(run: Run) => run.logMetric(' ', 1), 'logMetric: a name must be a text, and it is empty.'],
    [(run: Run) => run.setTag('a', null as never), "setTag: 'a' must be a text, a number, true or false, and it is null."],
    [(run: Run) => run.logParam('a', {} as never), "logParam: 'a' must be a text, a number, true or false, and it is a object."],
    [
      (run: Run) => run.logArtifact('../a', 'x'),
      "'../a' is no name of a logged file or model: write a relative path such as plots/errors.svg.",
    ],
    [
      (run: Run) => run.logArtifact('/a', 'x'),
      "'/a' is no name of a logged file or model: write a relative path such as plots/errors.svg.",
    ],
    [(run: Run) => run.logArtifact('a', () => 1), "logArtifact: the content of 'a' must be a text, bytes or plain JSON."],
    [
      (run: Run) => run.logArtifact('없는 파일.txt'),
      /^'없는 파일\.txt' cannot be logged, because it cannot be read: ENOENT.*logArtifact\('NAME', content\)\.$/u,
    ],
  ])('%#', async (log, message) => {
    const touchstone = createTouchstone();
    await using run = await touchstone.startRun();
    await expect(log(run)).rejects.toThrow(message);
    expect(await touchstone.logged(run.id)).toEqual({ metrics: [], models: [], artifacts: [] });
  });
});

type Run = Awaited<ReturnType<ReturnType<typeof createTouchstone>['startRun']>>;
