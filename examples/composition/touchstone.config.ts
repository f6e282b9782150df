// npx -y pnpm@12 touchstone run --config examples/composition/touchstone.config.ts [care|costs|opinions]
import { defineConfig } from '@touchstone/cli';
import { definePlugin } from '@touchstone/core';
import toxicity from '@touchstone/metric-toxicity';
import openai from '@touchstone/model-openai';
import { replyCare } from './reply-care.ts';
import { routingCosts } from './routing-costs.ts';
import { secondOpinion } from './second-opinion.ts';
import { SecondOpinion } from './second-opinion-class.ts';
import { judge } from './stand-in-judge.ts';
import { waitingTime } from './waiting-time.ts';

const costs = routingCosts({ minutes: { refund: { delivery: 45, order: 30 }, delivery: { refund: 20 } }, otherwise: 5 });
const replies = { data: 'replies.jsonl', id: 'id', inputs: 'question' };

export default defineConfig({
  plugins: [
    openai(),
    toxicity(),
    definePlugin({ name: 'composition', evaluators: [replyCare, waitingTime, costs, secondOpinion, SecondOpinion] }),
  ],
  evaluations: {
    care: { ...replies, predictions: 'reply', modelType: 'text', judge },
    costs: { ...replies, predictions: 'guess', targets: 'topic', modelType: 'classifier', evaluators: 'routing-costs' },
    opinions: { ...replies, predictions: 'reply', evaluators: 'second-opinion-class', judge },
  },
});
