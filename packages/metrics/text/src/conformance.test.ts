import { metricConformance, pluginConformance } from '@touchstone/testing';
import text, {
  bleu,
  chrf,
  chrfpp,
  contains,
  exactMatch,
  jsonEquality,
  jsonSchemaValidation,
  jsonValidity,
  lengthRatio,
  levenshteinDistance,
  levenshteinSimilarity,
  regexMatch,
  sacrebleu,
  ter,
} from './index.ts';

pluginConformance(text, { manifest: new URL('../package.json', import.meta.url) });

const equal = { predictions: 'The cat sat on the mat.', targets: 'The cat sat on the mat.' };
const near = { predictions: 'A cat sat on a mat, it is said.', targets: 'The cat sat on the mat.' };
const korean = { predictions: '환불은 14일 안에 됩니다.', targets: '환불은 열네 날 안에 됩니다.' };

metricConformance(exactMatch, {
  examples: [
    { row: equal, score: true },
    { row: near, score: false },
    { row: korean, score: false },
    { row: { predictions: '2', targets: 2 }, score: false },
  ],
});
metricConformance(contains, {
  examples: [
    { row: { predictions: 'It is in the Manual.', targets: 'manual' }, score: false },
    { row: { predictions: '설명서에 있습니다.', targets: '설명서' }, score: true },
  ],
  variants: [{ options: { ignoreCase: true }, changesScores: true }],
});
metricConformance(regexMatch, {
  options: { pattern: 'cat|환불' },
  examples: [
    { row: { predictions: 'The cat sat.' }, score: true },
    { row: { predictions: '환불은 됩니다.' }, score: true },
    { row: { predictions: 'A dog.' }, score: false },
  ],
  variants: [{ options: { pattern: 'dog' }, changesScores: true }, { options: { match: 'whole' } }],
});
metricConformance(levenshteinDistance, {
  examples: [
    { row: equal, score: 0 },
    { row: { predictions: 'kitten', targets: 'sitting' }, score: 3 },
    { row: { predictions: '고양이', targets: '고양아' }, score: 1 },
  ],
});
metricConformance(levenshteinSimilarity, {
  examples: [{ row: equal, score: 1 }, { row: { predictions: 'kitten', targets: 'sitting' }, score: 1 - 3 / 7 }, { row: korean }],
});
metricConformance(lengthRatio, { examples: [{ row: equal, score: 1 }, { row: near }, { row: korean }] });
metricConformance(jsonValidity, {
  examples: [
    { row: { predictions: '{"답": 1}' }, score: true },
    { row: { predictions: '{"a":' }, score: false },
  ],
});
metricConformance(jsonEquality, {
  examples: [
    { row: { predictions: '{"a": 1, "b": [2]}', targets: '{"b": [2], "a": 1}' }, score: true },
    { row: { predictions: '{"a": 2}', targets: '{"a": 1}' }, score: false },
  ],
});
metricConformance(jsonSchemaValidation, {
  options: { schema: { type: 'object', required: ['answer'] } },
  examples: [
    { row: { predictions: '{"answer": "예"}' }, score: true },
    { row: { predictions: '{}' }, score: false },
  ],
  variants: [{ options: { schema: { type: 'object' } }, changesScores: true }],
});

const translated = [{ row: equal }, { row: near }, { row: korean }];
metricConformance(bleu, { examples: translated });
metricConformance(sacrebleu, { examples: translated });
metricConformance(chrf, { examples: translated });
metricConformance(chrfpp, { examples: translated });
metricConformance(ter, { examples: translated });
