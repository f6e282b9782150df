// npx -y pnpm@12 touchstone run --config examples/support-bot/touchstone.config.ts
// The same two prompts as a sweep: a run each, side by side.
import { defineConfig } from '@touchstone/cli';
import { MODEL, prompts } from './prompts.ts';
import { openaiOrFake } from './provider.ts';
import { pluginsFor, questions } from './setup.ts';

const provider = await openaiOrFake();

export default defineConfig({
  plugins: pluginsFor(provider.options),
  evaluations: {
    'support-bot': {
      ...questions,
      models: { mini: MODEL },
      prompts,
      extraMetrics: ['latency'],
      run: { experiment: 'support-bot' },
    },
  },
});
