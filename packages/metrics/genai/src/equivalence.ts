import { judgeMetric } from './judge-metric.ts';

/**
 * Whether output and target say the same, so that one could stand in the other's place: `true` or `false`.
 *
 * @example equivalence({ model: 'openai:/gpt-5' })
 */
export const equivalence = judgeMetric({
  name: 'equivalence',
  export: 'equivalence',
  definition:
    'Equivalence is whether the output and the targets have the same meaning: each says what the other says, and neither says more that matters. Words, order, format and language may differ.',
  gradingPrompt: `Equivalence, yes or no:
- yes: whoever reads the one knows what the other says.
- no: something that matters is said by one of them only, or they contradict each other.`,
  examples: [
    {
      output: 'The train leaves at 18:05.',
      score: true,
      justification: 'Five past six in the evening is 18:05, and neither says anything else.',
      gradingContext: { targets: 'Departure is at five past six in the evening.' },
    },
    {
      output: 'The train leaves at 18:05 from platform 4.',
      score: false,
      justification: 'The time is the same, but the platform is said by the output only, and matters to a traveller.',
      gradingContext: { targets: 'Departure is at five past six in the evening.' },
    },
  ],
  columns: ['targets'],
  includeInput: false,
  scale: 'boolean',
});
