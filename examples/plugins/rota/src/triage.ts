import { CLOCK, defineEvaluator, LOGGER } from '@touchstone/core';
import { needsPerson } from './needs-person.ts';
import { ROTA } from './rota.ts';

/**
 * The preset for question answering, and who has to look at which answers. The clock, the logger and the rota are handed to it, so a test
 * can say what day it is.
 */
export const triage = defineEvaluator({
  name: 'triage',
  supports: (modelType) => modelType === 'question-answering',
  inject: { clock: CLOCK, log: LOGGER, rota: ROTA },
  metrics: ({ preset, config }) => [...(config.presetToo === false ? [] : preset('question-answering')), needsPerson()],
  async finish(scored, { clock, log, rota }, { columns }) {
    const people = new Map<string, { readonly keys: string[] }>();
    for await (const row of scored.rows()) {
      const score = row.scores.needs_person;
      if (score?.status !== 'scored' || score.value !== true) continue;
      const person = rota.onDuty(String(row.columns.topic ?? 'anything'), clock.now());
      const known = people.get(person) ?? { keys: [] };
      known.keys.push(row.key);
      people.set(person, known);
    }
    const waiting = [...people].map(([person, { keys }]) => ({ person, answers: keys.length, keys }));
    const total = waiting.reduce((sum, { answers }) => sum + answers, 0);
    log.info(`${total} answers (${columns.prediction}) wait for ${waiting.length} people.`);
    return { metrics: { 'triage/waiting': total }, tables: { waiting } };
  },
});
