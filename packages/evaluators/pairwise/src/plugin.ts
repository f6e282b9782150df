import { definePlugin, versionOf } from '@touchstone/core';
import { pairwise } from './pairwise.ts';
import { preference } from './preference.ts';

/** Judges that compare: the evaluator of `modelType: 'pairwise'`, and `preference` by name. @example createTouchstone({ plugins: [openai(), pairwisePlugin()] }) */
export default function pairwisePlugin() {
  return definePlugin({
    name: '@touchstone/evaluator-pairwise',
    version: versionOf(import.meta.url),
    evaluators: [pairwise()],
    metrics: [preference] as const,
  });
}
