// The paired difference of two runs: row against row, so that what makes a question hard for both cancels out.
import { isUndefined, pairedDifference } from '@touchstone/stats';
import { range, signed } from './print.js';

/** B − A of one metric over the rows that both have scored, matched by key: the numbers, and what they allow to say. */
export async function compareRows(a, b, metric) {
  const [ofA, ofB] = [await scoresByKey(a, metric), await scoresByKey(b, metric)];
  const keys = [...new Set([...ofA.keys(), ...ofB.keys()])];
  const column = (scores) => keys.map((key) => scores.get(key));
  const difference = pairedDifference(column(ofB), column(ofA), { range: [0, 1] });
  const pairs = `${difference.n} pairs${difference.missing === 0 ? '' : `, ${difference.missing} left out`}`;
  if (isUndefined(difference)) return { facts: `no interval: ${difference.undefined} (${pairs})`, verdict: 'Cannot tell.' };
  const { estimate, level, method } = difference;
  return {
    facts: `${signed(estimate)}  ${range(difference, signed)}  (${level * 100} %, ${method}; ${pairs})`,
    verdict: verdictOf(difference),
  };
}

/** Key → score: a number, yes or no, or null where the metric could not score the row. */
async function scoresByKey(result, metric) {
  const scores = new Map();
  for await (const row of result.rows()) {
    const score = row.scores[metric];
    scores.set(row.key, score?.status === 'scored' ? score.value : null);
  }
  return scores;
}

function verdictOf({ low, high }) {
  if (low > 0) return `B scores higher: the whole interval is above 0, though perhaps by only ${low.toFixed(3)}.`;
  if (high < 0) return `A scores higher: the whole interval is below 0, though perhaps by only ${Math.abs(high).toFixed(3)}.`;
  return 'Cannot tell: 0 is inside the interval. More questions would narrow it.';
}
