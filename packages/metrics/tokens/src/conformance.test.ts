import { metricConformance, pluginConformance } from '@touchstone/testing';
import tokens, { characterCount, graphemeCount, tokenCount, wordCount } from './index.ts';

pluginConformance(tokens, { manifest: new URL('../package.json', import.meta.url) });

const examples = [{ row: { predictions: 'Hello, world' } }, { row: { predictions: '안녕하세요, 여러분' } }];

metricConformance(tokenCount, {
  examples,
  variants: [{ options: { encoding: 'o200k_base' }, changesScores: true }],
});
metricConformance(wordCount, { examples });
metricConformance(characterCount, { examples: [{ row: { predictions: '안녕 a' }, score: 4 }, ...examples] });
metricConformance(graphemeCount, { examples: [{ row: { predictions: '👩‍👩‍👧‍👦!' }, score: 2 }, ...examples] });
