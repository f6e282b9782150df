import { judgeMetric } from './judge-metric.ts';

const TEXT =
  'The council met on Tuesday. After two hours it decided, with seven votes to four, to close the old bridge to cars from May on. Cyclists may use it. The mayor had voted against it, because shops on the far side fear for their customers.';

/**
 * How good a summary of the input the output is, from 1 to 5: whether it has the main points, adds nothing, and is shorter.
 *
 * @example summarizationQuality({ columns: { inputs: 'article' } })
 */
export const summarizationQuality = judgeMetric({
  name: 'summarization_quality',
  export: 'summarizationQuality',
  definition:
    'Summarization quality is how well the output stands in for the input, a longer text: it has the main points in their right weight, states nothing that is not in the input, leaves out what is minor, and can be read alone.',
  gradingPrompt: `Summarization quality by score:
- Score 1: it misses the main point, or states something that the input does not say or contradicts.
- Score 2: it has a main point, and misses others that matter; or it copies the input with hardly anything left out.
- Score 3: it has most main points, with minor ones beside them or one that is inexact.
- Score 4: it has all main points, and could be shorter or better weighed.
- Score 5: it has all main points and nothing else, is true to the input, and reads well alone.`,
  examples: [
    {
      input: TEXT,
      output: 'The council closed the old bridge, and all shopkeepers were against it.',
      score: 1,
      justification:
        'That it is for cars only, and from May on, is missing, and the input does not say that all shopkeepers were against it.',
    },
    {
      input: TEXT,
      output:
        'From May on the old bridge is closed to cars, but not to cyclists: so the council decided with 7 to 4, against the mayor.',
      score: 5,
      justification:
        'What was decided, from when on, for whom and by which majority: all main points, and nothing that the input does not say.',
    },
  ],
  columns: [],
  includeInput: true,
});
