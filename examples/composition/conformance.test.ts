import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JUDGE } from '@touchstone/core';
import { evaluatorConformance } from '@touchstone/testing';
import { apologises, replyCare } from './reply-care.ts';
import { routingCosts } from './routing-costs.ts';
import { secondOpinion } from './second-opinion.ts';
import { SecondOpinion } from './second-opinion-class.ts';
import { standInJudge } from './stand-in-judge.ts';
import { waitingTime } from './waiting-time.ts';

const lines = readFileSync(join(import.meta.dirname, 'replies.jsonl'), 'utf8')
  .trim()
  .split('\n');
const replies = {
  data: lines.map((line) => JSON.parse(line)),
  inputs: 'question',
  predictions: 'reply',
} satisfies Parameters<typeof evaluatorConformance>[1];
/** For those that have a judge injected. */
const judged = {
  ...replies,
  provide: (registry) => registry.provide(JUDGE, standInJudge()),
} satisfies Parameters<typeof evaluatorConformance>[1];

evaluatorConformance(waitingTime, {
  ...replies,
  modelType: 'text',
  // It brings none, and an evaluation needs one.
  extraMetrics: [apologises],
  metrics: { 'waiting-time/over_a_day': 8 / 18 },
  tables: ['waiting_by_channel'],
});

evaluatorConformance(replyCare, {
  ...judged,
  modelType: 'text',
  alongside: [waitingTime],
  metrics: { 'reply-care/late_without_next_step': 4 },
  tables: ['care_by_channel', 'late_without_next_step'],
  artifacts: ['care_by_channel.svg', 'advice.txt'],
});

evaluatorConformance(routingCosts({ minutes: { refund: { delivery: 45 } }, otherwise: 5 }), {
  ...replies,
  predictions: 'guess',
  targets: 'topic',
  modelType: 'classifier',
  metrics: { 'routing-costs/minutes': 2 * 45 + 3 * 5 },
  tables: ['costly_errors', 'confusion_matrix'],
});

for (const opinion of [secondOpinion, SecondOpinion])
  evaluatorConformance(opinion, { ...judged, metrics: { 'second-opinion/missed_apologies': 4 }, tables: ['missed_apologies'] });
