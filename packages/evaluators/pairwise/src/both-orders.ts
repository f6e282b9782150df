import type { LanguageModel, Work } from '@touchstone/core';
import { askJudge, type Judgement, type Provenance, type Question } from '@touchstone/judging';

/** A system, or neither. */
export type Preferred = 'a' | 'b' | 'tie';

/** What a judge said of a pair in one order. */
interface OrderVerdict extends Provenance {
  /** The system whose output stood first. */
  readonly shownFirst: 'a' | 'b';
  readonly verdict: 'first' | 'second' | 'tie';
  readonly preferred: Preferred;
  readonly justification: string;
}

/** What a judge said of a pair in both orders. */
export interface Comparison {
  readonly judge: string;
  readonly orders: readonly [OrderVerdict, OrderVerdict];
  /** What both orders agree on; `undefined`: they do not. */
  readonly agreed: Preferred | undefined;
}

/** The questions of a pair: A first, then B first. */
export type BothQuestions = readonly [Question, Question];

/**
 * Asks a judge in both orders, at the same time.
 * @returns the judgement that could not be had, when one of the two has failed
 * @throws ServiceError as `askJudge`, once both are done
 */
export async function askBothOrders(
  [aFirst, bFirst]: BothQuestions,
  judge: LanguageModel,
  work: Pick<Work, 'ask' | 'retrying'>,
): Promise<Comparison | Extract<Judgement, { failed: unknown }>> {
  // Both are waited for, so that no call of this row is on its way when the row is over.
  const [first, second] = await Promise.allSettled([askJudge(aFirst, judge, work), askJudge(bFirst, judge, work)]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  if ('failed' in first.value) return first.value;
  if ('failed' in second.value) return second.value;
  const orders = [verdictOf(first.value, 'a'), verdictOf(second.value, 'b')] as const;
  const [{ preferred }, { preferred: swapped }] = orders;
  return { judge: judge.id, orders, agreed: preferred === swapped ? preferred : undefined };
}

function verdictOf(judgement: Exclude<Judgement, { failed: unknown }>, shownFirst: 'a' | 'b'): OrderVerdict {
  const { value, justification, provenance } = judgement;
  const verdict = value === 'first' || value === 'second' ? value : 'tie';
  const shownSecond = shownFirst === 'a' ? 'b' : 'a';
  const preferred = verdict === 'tie' ? 'tie' : verdict === 'first' ? shownFirst : shownSecond;
  return { shownFirst, verdict, preferred, justification, ...provenance };
}
