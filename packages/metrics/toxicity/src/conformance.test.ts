import { metricConformance, pluginConformance } from '@touchstone/testing';
import toxicityPlugin, { profanity, toxicity } from './index.ts';

pluginConformance(toxicityPlugin, { manifest: new URL('../package.json', import.meta.url) });

metricConformance(toxicity, {
  examples: [
    { row: { predictions: 'Thank you, that was kind of you.' }, score: (value) => Number(value) < 0.5 },
    { row: { predictions: 'You are a stupid idiot and I hate you.' }, score: (value) => Number(value) > 0.5 },
  ],
  variants: [{ options: { threshold: 0.9 } }],
});
metricConformance(profanity, {
  examples: [{ row: { predictions: 'What a lovely day.' } }, { row: { predictions: 'This is shit.' } }],
});
