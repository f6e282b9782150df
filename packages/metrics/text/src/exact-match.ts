import { type Aggregation, defineMetric } from '@touchstone/core';
import { checkTextOptions, comparableText, strictText } from './comparable-text.ts';
import { equalJson } from './equal-json.ts';
import { changedOptions } from './option-signature.ts';

/** Only where both would be the same if they were texts: then it is the data's doing, and not the model's. */
const OTHER_KIND = 'other-kind';

/** MLflow has it as an aggregate only, under the metric's own key: `exact_match/v1`. */
const share: Aggregation = {
  name: 'exact_match',
  kind: 'proportion',
  compute: (values) => (values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length),
};

/**
 * Whether the prediction equals the target, strictly unless options say otherwise: no trimming, no folding of case, and 2 is not "2".
 * Any JSON value can be compared; objects are equal whatever the order of their keys. Options hold for every text inside of the values,
 * and not for keys. A row without prediction or target is skipped.
 * The result has the share of equal rows as `exact_match/v1`; each row's yes or no is in `results.rows()`.
 *
 * @example
 * await evaluate({ data, targets: 'ground_truth', predictions: 'answer', extraMetrics: [exactMatch()] });
 * @example
 * exactMatch({ name: 'loose_match', ignoreCase: true, ignorePunctuation: true, ignoreWhitespace: true, normalization: 'NFKC' });
 */
export const exactMatch = defineMetric({
  name: 'exact_match',
  version: 'v1',
  description: 'Share of rows whose prediction equals the target',
  about: {
    formula: 'rows whose prediction equals the target / rows that have both; case, blanks and types count',
    source: "MLflow's exact_match (scikit-learn's accuracy_score), row by row",
    caution:
      'a right answer with a full stop or another spelling counts as wrong: for answers of more than a few words, compare by meaning',
  },
  greaterIsBetter: true,
  range: [0, 1],
  options: strictText,
  needs: { predictions: 'any', targets: 'any' },
  aggregations: [share],
  scoreColumn: false,
  signature(options) {
    checkTextOptions('exact_match', options);
    return changedOptions(options, strictText);
  },
  from: { module: '@touchstone/metric-text', export: 'exactMatch', url: import.meta.url },
  flagWarnings: {
    [OTHER_KIND]:
      'compare a text with a number or a yes/no, which are never equal: give the data as texts (a CSV column with --column-type NAME=text), or have the model return numbers.',
  },
  scoreRow({ predictions, targets }, { options }) {
    const value = equalJson(predictions, targets, {
      text: (a, b) => comparableText(a, options) === comparableText(b, options),
      number: () => false,
    });
    const otherKind = typeof predictions !== typeof targets && String(predictions) === String(targets);
    return otherKind ? { value, flags: [OTHER_KIND] } : value;
  },
});
