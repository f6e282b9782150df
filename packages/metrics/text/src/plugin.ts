import { definePlugin, versionOf } from '@touchstone/core';
import { contains } from './contains.ts';
import { exactMatch } from './exact-match.ts';
import { jsonEquality } from './json-equality.ts';
import { jsonSchemaValidation } from './json-schema-validation.ts';
import { jsonValidity } from './json-validity.ts';
import { lengthRatio } from './length-ratio.ts';
import { levenshteinDistance, levenshteinSimilarity } from './levenshtein.ts';
import { regexMatch } from './regex-match.ts';
import { bleu } from './translation/bleu.ts';
import { chrf, chrfpp } from './translation/chrf.ts';
import { sacrebleu } from './translation/sacrebleu.ts';
import { ter } from './translation/ter.ts';

/** Metrics that compare texts and values. @example createTouchstone({ plugins: [text()] }) */
export default function text() {
  return definePlugin({
    name: '@touchstone/metric-text',
    version: versionOf(import.meta.url),
    metrics: [
      exactMatch,
      contains,
      regexMatch,
      levenshteinDistance,
      levenshteinSimilarity,
      lengthRatio,
      jsonValidity,
      jsonEquality,
      jsonSchemaValidation,
      bleu,
      sacrebleu,
      chrf,
      chrfpp,
      ter,
    ],
  });
}
