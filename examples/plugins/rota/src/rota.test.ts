import { CLOCK, createTouchstone, definePlugin, LOGGER } from '@touchstone/core';
import { evaluatorConformance, metricConformance, pluginConformance } from '@touchstone/testing';
import { simulatedClock } from '@touchstone/testing/simulated-clock';
import { describe, expect, test } from 'vitest';
import rota, { needsPerson, ROTA, triage } from './index.ts';

pluginConformance(rota, { manifest: new URL('../package.json', import.meta.url) });

metricConformance(needsPerson, {
  examples: [
    { row: { predictions: 'My lawyer says: I do not know.' }, score: true },
    { row: { predictions: '그건 도와드릴 수 없습니다.' }, score: true },
    { row: { predictions: '이틀 걸립니다.' }, score: false },
  ],
  aggregates: { 'needs_person/v1/mean': 2 / 3 },
});

evaluatorConformance(triage, {
  data: [
    { question: '환불은 언제 되나요?', topic: 'refund', answer: '잘 모르겠습니다.' },
    { question: 'Do you ship to Norway?', topic: null, answer: null },
    { question: 'You owe me money!', answer: 'Then call the police.' },
  ],
  inputs: 'question',
  predictions: 'answer',
  modelType: 'question-answering',
  evaluatorConfig: { presetToo: false },
  provide: (registry) => registry.provide(ROTA, { onDuty: () => '민지' }),
  metrics: { 'triage/waiting': 2, 'needs_person/v1/mean': 1 },
  tables: ['waiting'],
});

const request = {
  data: [
    { id: 'q1', question: '환불은 언제 되나요?', topic: 'refund', answer: '잘 모르겠습니다.' },
    { id: 'q2', question: 'Do you ship to Norway?', topic: 'delivery', answer: 'Yes.' },
    { id: 'q3', question: 'You owe me money!', topic: 'refund', answer: 'Then call the police.' },
  ],
  id: 'id',
  inputs: 'question',
  predictions: 'answer',
  modelType: 'question-answering',
  evaluators: 'triage',
} as const;

/** A day, and what was logged. */
function on(day: string) {
  const said: string[] = [];
  const clock = simulatedClock({ start: Date.parse(day) });
  const plugin = definePlugin({
    name: 'a day',
    register(registry) {
      registry.provide(CLOCK, clock);
      registry.provide(LOGGER, { info: (sentence) => said.push(sentence), warn: () => undefined });
    },
  });
  return { plugin, said };
}

describe('triage', () => {
  test.each([
    ['2026-11-27T03:00:00Z', '민지'],
    // Saturday in Seoul, and still Friday in London.
    ['2026-11-27T16:00:00Z', '주말 담당'],
  ])('at %s the answers wait for %s', async (day, person) => {
    const { plugin, said } = on(day);
    const results = await createTouchstone({ plugins: [rota(), plugin] }).evaluate(request);
    expect(results.metrics).toMatchObject({ 'needs_person/v1/mean': 2 / 3, 'triage/waiting': 2 });
    expect(await results.tables.waiting?.toArray()).toEqual([{ person, answers: 2, keys: ['q1', 'q3'] }]);
    expect(said).toEqual(['2 answers (outputs) wait for 1 people.']);
    expect(results.skippedMetrics.map(({ name }) => name)).toContain('toxicity');
  });

  test('asks the rota that it is handed: by the factory, or by a plug-in behind it', async () => {
    const byTopic = { onDuty: (topic: string) => (topic === 'refund' ? '지호' : '수아') };
    const mine = definePlugin({ name: 'mine', register: (registry) => registry.provide(ROTA, byTopic) });
    for (const plugins of [[rota(byTopic)], [rota(), mine]]) {
      const results = await createTouchstone({ plugins }).evaluate({
        ...request,
        evaluatorConfig: { triage: { presetToo: false } },
      });
      expect(await results.tables.waiting?.toArray()).toEqual([{ person: '지호', answers: 2, keys: ['q1', 'q3'] }]);
      expect(results.skippedMetrics).toEqual([]);
    }
  });

  test('says before the first row that nobody provides a rota', async () => {
    await expect(createTouchstone().evaluate({ ...request, evaluators: triage })).rejects.toThrow(
      "Evaluator 'triage' needs the service 'touchstone-rota.rota', and no plug-in provides it: add the one that does, or call registry.provide in one of yours.",
    );
  });
});
