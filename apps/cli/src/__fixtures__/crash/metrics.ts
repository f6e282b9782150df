import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineMetric, type GenerateRequest, type Service } from '@touchstone/core';
import { note } from './calls.ts';
import { judgementIn } from './judgement.ts';

/** Share of the characters of the longer text that both have: thirds and sevenths, so that sums depend on their order. */
export const sharedCharacters = defineMetric({
  name: 'shared_characters',
  version: 'v1',
  greaterIsBetter: true,
  range: [0, 1],
  needs: ['predictions', 'targets'],
  scoreRow({ predictions, targets }, { work }) {
    note('scored:shared_characters', work.rowKey, work.trial);
    const left = [...targets];
    const shared = [...predictions].filter((character) => {
      const at = left.indexOf(character);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
    return shared.length / Math.max([...predictions].length, [...targets].length);
  },
});

/** A score by lot. */
export const lucky = defineMetric({
  name: 'lucky',
  greaterIsBetter: true,
  needs: ['predictions'],
  scoreRow: (_, { work }) => work.random(),
});

/** A second one, which must not depend on whether the first one was drawn in this process. */
export const luckyToo = defineMetric({
  name: 'lucky_too',
  greaterIsBetter: true,
  needs: ['predictions'],
  scoreRow: (_, { work }) => work.random() * work.random(),
});

/** Takes its time, and scores by lot after it. */
export const considered = defineMetric({
  name: 'considered',
  greaterIsBetter: true,
  needs: ['predictions'],
  async scoreRow({ predictions }, { work }) {
    await sleep(10 + (predictions.length % 40));
    note('scored:considered', work.rowKey, work.trial);
    return { value: predictions.length / 7 + work.random(), justification: `${predictions.length} characters` };
  },
});

/** A paid service, three calls of which make one score. */
const judge: Service<{ readonly text: string }, { readonly of: string; readonly points: number }> = {
  id: 'judge',
  identity: 'judge of the crash tests',
  scopes: async () => ['judge'],
  async send({ text }) {
    note('sent', text, 0);
    await sleep(8 + (text.length % 7) * 2);
    return { value: { of: text, points: 1 / (1 + (text.charCodeAt(3) % 9)) } };
  },
};

export const judged = defineMetric({
  name: 'judged',
  greaterIsBetter: true,
  range: [0, 1],
  needs: ['predictions'],
  models: { judge },
  async scoreRow(_, { work, model }) {
    let points = 0;
    for (const question of ['true', 'clear', 'polite']) {
      const { value } = await work.ask(model('judge'), { text: `${work.rowKey}-${work.trial}-${question}` });
      if (typeof value === 'object' && value !== null && 'points' in value) points += Number(value.points);
    }
    return points / 3;
  },
});

/** Asks a model behind HTTP: twice in a role that the plan knows of, and once by its URI. */
export const advised = defineMetric({
  name: 'advised',
  greaterIsBetter: true,
  range: [0, 1],
  needs: ['predictions'],
  models: { judge: 'openai:/gpt-5-mini' },
  async scoreRow(_, { work, model }) {
    const request = (question: string): GenerateRequest => ({
      messages: [{ role: 'user', content: `${work.rowKey}-${work.trial}-${question}` }],
    });
    let points = 0;
    for (const question of ['true', 'clear']) {
      const { value } = await work.ask(model('judge'), request(question));
      points += judgementIn(JSON.stringify(value))?.points ?? Number.NaN;
    }
    const { value } = await work.generate('openai:/gpt-4o-mini', request('polite'));
    return (points + (judgementIn(value.text)?.points ?? Number.NaN)) / 3;
  },
});

/** Waits for a file named `go` beside this one. */
export const gated = defineMetric({
  name: 'gated',
  greaterIsBetter: true,
  needs: ['predictions'],
  async scoreRow({ predictions }, { work }) {
    while (!existsSync(new URL('go', import.meta.url))) await sleep(5, undefined, { signal: work.signal });
    return predictions.length;
  },
});

/** The first row's score waits at the gate, the others take a moment. */
export const straggling = defineMetric({
  name: 'straggling',
  greaterIsBetter: true,
  needs: ['predictions'],
  async scoreRow({ predictions }, { work }) {
    await sleep(3);
    note('scored:straggling', work.rowKey, work.trial);
    while (work.rowKey === 'q000' && !existsSync(new URL('go', import.meta.url))) await sleep(5, undefined, { signal: work.signal });
    return predictions.length;
  },
});
