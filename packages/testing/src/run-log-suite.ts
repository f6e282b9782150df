import type { RunStore, RunWriter } from '@touchstone/core';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';
import { HOSTILE_TEXTS, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function runLogSuite(make: MakeStore): void {
  describe('what runs log', () => {
    it('comes back as it was, in the order in which it was logged', async () => {
      await withRun(make, async ({ store, id, run }) => {
        expect(await store.catalog.logged([id])).toEqual(new Map());
        const values = [0, 1 / 3, 5e-324, -1.7976931348623157e308, 2 ** 53];
        const metrics = [
          ...values.map((value, step) => ({ name: '손실', value, step, at: step })),
          ...HOSTILE_TEXTS.map((name) => ({ name, value: 1, step: 2 ** 40, at: 1_790_000_000_000 })),
          { name: '손실', value: 0.5, step: 0, at: 3 },
        ];
        const models = HOSTILE_TEXTS.map((text, at) => ({ name: text, spec: { schema: 1, text, [text]: [null, 1e-300] }, at }));
        await run.logMetrics(metrics.slice(0, 2));
        await run.logMetrics([]);
        await run.logMetrics(metrics.slice(2));
        for (const model of models) await run.logModel(model);
        const artifacts = [];
        for (const [at, name] of HOSTILE_TEXTS.entries()) {
          const content = Uint8Array.from({ length: at * 50 }, (_, index) => index % 256);
          await run.logArtifact(name, content, at);
          artifacts.push({ name, bytes: content.length, at });
          expect(await store.catalog.artifact(id, name)).toEqual(content);
        }
        expect((await store.catalog.logged([id])).get(id)).toEqual({ metrics, models, artifacts });
      });
    });

    it('is of one run, and is asked for of many at once', async () => {
      await withRun(make, async ({ store, id, run }) => {
        const other = sampleRun();
        await using second = await store.catalog.create(other);
        await run.logMetrics([{ name: 'a', value: 1, step: 0, at: 1 }]);
        await second.logModel({ name: 'model', spec: {}, at: 1 });
        const logs = await store.catalog.logged([id, other.id, 'f'.repeat(32)]);
        expect([...logs.keys()].toSorted()).toEqual([id, other.id].toSorted());
        expect(logs.get(id)).toMatchObject({ metrics: [{ name: 'a' }], models: [], artifacts: [] });
        expect(logs.get(other.id)).toMatchObject({ metrics: [], models: [{ name: 'model' }] });
        expect(await store.catalog.logged([])).toEqual(new Map());
      });
    });

    it('has one model of a name, which stays what it is', async () => {
      await withRun(make, async ({ store, id, run }) => {
        const model = { name: '모델', spec: { first: true }, at: 1 };
        await run.logModel(model);
        expect((await refusal(() => run.logModel({ ...model, spec: { first: false } }))).code).toBe('model-logged');
        expect((await store.catalog.logged([id])).get(id)?.models).toEqual([model]);
      });
    });

    it('has the newest file of a name', async () => {
      await withRun(make, async ({ store, id, run }) => {
        for (const [at, [name, text]] of [
          ['a', '하나'],
          ['b', '둘'],
          ['a', '셋 이다'],
        ].entries()) {
          await run.logArtifact(String(name), bytesOf(String(text)), at);
        }
        expect((await store.catalog.logged([id])).get(id)?.artifacts).toEqual([
          { name: 'b', bytes: 3, at: 1 },
          { name: 'a', bytes: 10, at: 2 },
        ]);
        expect(new TextDecoder().decode(await store.catalog.artifact(id, 'a'))).toBe('셋 이다');
        expect((await refusal(() => store.catalog.artifact(id, 'c'))).code).toBe('artifact-not-found');
        expect((await refusal(() => store.catalog.artifact('f'.repeat(32), 'a'))).code).toBe('run-not-found');
      });
    });

    it('is written by who holds the lease, and goes with the run', async () => {
      await withRun(make, async ({ store, id, run }) => {
        await run.logMetrics([{ name: 'a', value: 1, step: 0, at: 1 }]);
        await run.logModel({ name: 'model', spec: {}, at: 1 });
        await run.logArtifact('a', bytesOf('x'), 1);
        await run[Symbol.asyncDispose]();
        for (const writing of [
          () => run.logMetrics([{ name: 'a', value: 2, step: 0, at: 1 }]),
          () => run.logModel({ name: 'other', spec: {}, at: 1 }),
          () => run.logArtifact('b', bytesOf('x'), 1),
        ]) {
          expect((await refusal(writing)).code).toBe('run-closed');
        }
        await store.catalog.delete(id);
        expect(await store.catalog.logged([id])).toEqual(new Map());
        await using again = await store.catalog.create(sampleRun({ id }));
        expect(await store.catalog.logged([again.id])).toEqual(new Map());
      });
    });
  });

  describe('registered models', () => {
    const source = { run: 'a'.repeat(32), model: 'model', at: 1_790_000_000_000 };

    it('have versions that are counted, in the order of their names', async () => {
      await using store = await make();
      const { catalog } = store;
      expect(await catalog.registered()).toEqual([]);
      const names = [...HOSTILE_TEXTS].toSorted();
      for (const name of HOSTILE_TEXTS) {
        expect(await catalog.register({ ...source, name, model: name, run: name })).toEqual({
          ...source,
          name,
          model: name,
          run: name,
          version: 1,
        });
      }
      expect((await catalog.registered()).map(({ name }) => name)).toEqual(names);
      const [name = ''] = names.slice(3);
      expect(await catalog.register({ ...source, name, stage: 'Staging' })).toMatchObject({ version: 2, stage: 'Staging' });
      expect(await catalog.registered(name)).toEqual([
        {
          name,
          aliases: {},
          versions: [
            { ...source, name, model: name, run: name, version: 1 },
            { ...source, name, version: 2, stage: 'Staging' },
          ],
        },
      ]);
      expect(await catalog.registered('none')).toEqual([]);
    });

    it('are counted without a gap or a double when many register at once', async () => {
      await using store = await make();
      const made = await Promise.all(Array.from({ length: 20 }, () => store.catalog.register({ ...source, name: '모델' })));
      expect(made.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    });

    it('have aliases, each of one version, and stages', async () => {
      await using store = await make();
      const { catalog } = store;
      for (const name of ['가', '나']) for (const _ of [1, 2]) await catalog.register({ ...source, name });
      for (const alias of HOSTILE_TEXTS) await catalog.alias('가', alias, 1);
      await catalog.alias('나', 'champion', 1);
      await catalog.alias('가', 'champion', 1);
      await catalog.alias('가', 'champion', 2);
      const aliases = async (name: string) => Object.entries((await catalog.registered(name))[0]?.aliases ?? {});
      expect((await aliases('가')).toSorted()).toEqual(
        [...HOSTILE_TEXTS.map((alias) => [alias, 1] as const), ['champion', 2] as const].toSorted(),
      );
      await catalog.alias('가', 'champion', null);
      await catalog.alias('가', 'never there', null);
      expect(await aliases('가')).toHaveLength(HOSTILE_TEXTS.length);
      expect(await aliases('나')).toEqual([['champion', 1]]);

      await catalog.stage('나', 2, 'Production');
      const stages = async () => (await catalog.registered('나'))[0]?.versions.map(({ stage }) => stage);
      expect(await stages()).toEqual([undefined, 'Production']);
      await catalog.stage('나', 2, null);
      expect(await stages()).toEqual([undefined, undefined]);
    });

    it('are not made by naming an alias or a stage', async () => {
      await using store = await make();
      const { catalog } = store;
      await catalog.register({ ...source, name: '모델' });
      for (const wrong of [
        () => catalog.alias('other', 'champion', 1),
        () => catalog.alias('모델', 'champion', 2),
        () => catalog.stage('other', 1, 'Staging'),
        () => catalog.stage('모델', 2, 'Staging'),
      ]) {
        expect((await refusal(wrong)).code).toBe('model-not-found');
      }
      expect(await catalog.registered()).toEqual([
        { name: '모델', aliases: {}, versions: [{ ...source, name: '모델', version: 1 }] },
      ]);
    });

    it('stay when the run of their model is deleted', async () => {
      await withRun(make, async ({ store, id, run }) => {
        await run.logModel({ name: 'model', spec: {}, at: 1 });
        await run[Symbol.asyncDispose]();
        const version = await store.catalog.register({ ...source, name: '모델', run: id });
        await store.catalog.delete(id);
        expect(await store.catalog.registered()).toEqual([{ name: '모델', aliases: {}, versions: [version] }]);
      });
    });
  });
}

async function withRun(
  make: MakeStore,
  work: (given: { readonly store: RunStore; readonly id: string; readonly run: RunWriter }) => Promise<void>,
): Promise<void> {
  await using store = await make();
  const { id } = sampleRun();
  await using run = await store.catalog.create(sampleRun({ id }));
  await work({ store, id, run });
}
