import { describe, expect, it } from 'vitest';
import { createTouchstone, defineMetric, type LanguageModel, memoryStore } from '../index.ts';

const judge: LanguageModel = {
  kind: 'language',
  id: 'fake:/judge',
  identity: { provider: 'fake' },
  scopes: async () => ['fake'],
  send: async ({ messages }) => ({ value: { text: String(messages[0]?.content).includes('서울') ? '5' : '1' }, finish: 'stop' }),
};

const judged = defineMetric({
  name: 'judged',
  greaterIsBetter: true,
  needs: ['predictions'],
  models: { judge },
  async scoreRow({ predictions }, { work }) {
    const ask = async (repeat: number) =>
      Number((await work.ask(judge, { messages: [{ role: 'user', content: `점수? ${predictions}` }] }, { repeat })).value.text);
    return ((await ask(0)) + (await ask(1))) / 2;
  },
});

const data = [
  { id: '하나', output: '서울' },
  { id: '둘', output: '부산' },
  { id: '셋', output: '서울' },
];

describe('the record of a row', () => {
  it('has the calls that were made for it, also where another row had asked the same', async () => {
    const touchstone = createTouchstone({ store: memoryStore() });
    const results = await touchstone.evaluate({ data, id: 'id', predictions: 'output', extraMetrics: [judged()] });
    for (const [ordinal, { id, output }] of data.entries()) {
      const record = await touchstone.rowRecord('@last', { key: id });
      expect(await touchstone.rowRecord(results.run.id, { ordinal }, { evaluation: 1 })).toEqual(record);
      expect(record).toMatchObject({ evaluation: 1, keepsSent: true, row: { ordinal, key: id, row: { output } } });
      expect(record.trials).toMatchObject([
        { trial: 0, scores: { judged: { value: output === '서울' ? 5 : 1 } }, annotations: [] },
      ]);
      const request = { messages: [{ role: 'user', content: `점수? ${output}` }] };
      const sent = { trial: 0, identity: { provider: 'fake' }, request };
      const call = { purpose: 'judged', service: 'fake:/judge', attempts: 1, answer: { finish: 'stop' } };
      expect(record.calls).toMatchObject([
        { ...call, sent: { ...sent, repeat: 0 } },
        { ...call, sent: { ...sent, repeat: 1 } },
      ]);
    }
    // Each question was asked once a repeat.
    expect(results.usage.calls).toBe(4);
  });

  it('of a row that is not there is refused', async () => {
    const touchstone = createTouchstone({ store: memoryStore() });
    await touchstone.evaluate({ data, id: 'id', predictions: 'output', extraMetrics: [judged()], run: { name: '밤' } });
    await expect(touchstone.rowRecord('밤', { key: '넷' })).rejects.toMatchObject({
      code: 'row-not-found',
      message: "Run 밤 has no row with the key '넷': results.rows() tells both.",
    });
    await expect(touchstone.rowRecord('밤', { ordinal: 3 })).rejects.toMatchObject({
      message: 'Run 밤 has no row at position 3 (ordinal, from 0): results.rows() tells both.',
    });
  });
});
