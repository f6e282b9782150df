import {
  type Failed,
  type Json,
  type LanguageModel,
  type Scored,
  type ScoreValue,
  type Skipped,
  skipped,
  type Work,
} from '@touchstone/core';
import { type AskJudge, type Judgement, type Question, type Scale, verdictText } from '@touchstone/judging';
import { majorityVote, pooledMean, pooledMedian } from '@touchstone/stats';
import type { Pooling } from './panel-options.ts';

/** Flag of rows of which not every judge of a panel gave a score. */
export const ABSTAINED = 'judges-abstained';

/** What a judge said of a row, in all of its repeats. */
interface Opinion {
  readonly judge: string;
  /** `undefined`: it abstains, because nothing of it could be read, or its repeats are tied. */
  readonly value: ScoreValue | undefined;
  readonly judgements: readonly Judgement[];
}

/**
 * Asks every judge, as often as it is to judge, all at the same time, and pools what they say. A judge whose answers cannot be read
 * abstains. An accident, such as a provider that is down, is not an opinion: it fails the row, so that it can be tried again.
 *
 * @throws ServiceError as `askJudge`, once all are done
 */
export async function panelScore(
  question: Question,
  judges: readonly LanguageModel[],
  work: Pick<Work, 'ask' | 'retrying'>,
  {
    ask,
    pooling,
    ...more
  }: {
    readonly ask: AskJudge;
    readonly pooling: Pooling;
    readonly details: Readonly<Record<string, Json>>;
    readonly flags: readonly string[];
  },
): Promise<Scored | Skipped | Failed> {
  const { about, scale } = question;
  const asked = judges.map((judge) =>
    Promise.allSettled(Array.from({ length: pooling.repeats }, (_, repeat) => ask(question, judge, work, repeat))),
  );
  const opinions: Opinion[] = [];
  const accidents: unknown[] = [];
  // All are waited for, so that no call of this row is on its way when the row is over.
  for (const [at, repeats] of (await Promise.all(asked)).entries()) {
    for (const one of repeats) if (one.status === 'rejected') accidents.push(one.reason);
    const judgements = repeats.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    opinions.push({ judge: judges[at]?.id ?? '', value: opinionOf(judgements, scale), judgements });
  }
  if (accidents.length > 0) throw accidents[0];

  const values = opinions.map(({ value }) => value);
  const pooled = poolValues(values, pooling, scale);
  const details = detailsOf(opinions, pooling, more.details);
  if ('tied' in pooled) {
    const reason = `the panel is tied between ${pooled.tied.map((one) => verdictText(one)).join(' and ')}`;
    return { ...skipped(reason, 'panel-tied'), details };
  }
  if ('value' in pooled) {
    const flags = [...more.flags, ...(values.includes(undefined) ? [ABSTAINED] : [])];
    return {
      status: 'scored',
      value: pooled.value,
      justification: reasonsOf(opinions),
      details,
      ...(flags.length === 0 ? {} : { flags }),
    };
  }
  const given = values.filter((value) => value !== undefined).length;
  const whys = [
    ...new Set(
      opinions.flatMap(({ judge, judgements }) =>
        judgements.flatMap((one) => ('failed' in one ? [`${judge}: ${one.failed.message}`] : [])),
      ),
    ),
  ];
  const needed = given >= pooling.quorum ? 'those have no weight' : `${pooling.quorum} are needed`;
  const message = `${about}: ${given} of ${judges.length} judges gave a score, and ${needed}${whys.length === 0 ? '' : ` (${whys.join('; ')})`}`;
  return { status: 'failed', error: { code: 'panel-quorum', message, retryable: true, details } };
}

/** What the judgements of one judge come to. */
function opinionOf(judgements: readonly Judgement[], scale: Scale): ScoreValue | undefined {
  const values = judgements.map((one) => ('failed' in one ? undefined : one.value));
  if (values.length === 1) return values[0];
  const pooled = poolValues(
    values,
    { pool: scale.kind === 'numeric' ? 'mean' : 'majority', quorum: 1, weights: undefined },
    scale,
  );
  return 'value' in pooled ? pooled.value : undefined;
}

type Pooled = { readonly value: ScoreValue } | { readonly tied: readonly ScoreValue[] } | { readonly none: true };

/** Pools opinions by weight; `undefined` abstains. */
export function poolValues(
  values: readonly (ScoreValue | undefined)[],
  { pool, weights, quorum }: Pick<Pooling, 'pool' | 'weights' | 'quorum'>,
  scale: Scale,
): Pooled {
  const options = { quorum, ...(weights === undefined ? {} : { weights }) };
  // Yes and no come back as 1 and 0.
  const asSaid = (label: number | string): ScoreValue => (scale.kind === 'boolean' ? label === 1 : label);
  if (pool === 'majority') {
    const vote = majorityVote(values, options);
    if (vote.undefined === undefined) return { value: asSaid(vote.label) };
    return 'tied' in vote ? { tied: vote.tied.map(asSaid) } : { none: true };
  }
  const numbers = values.map((value) => (typeof value === 'number' ? value : null));
  const pooled = pool === 'median' ? pooledMedian(numbers, options) : pooledMean(numbers, options);
  return pooled.undefined === undefined ? { value: pooled.estimate } : { none: true };
}

function reasonsOf(opinions: readonly Opinion[]): string {
  return opinions
    .flatMap(({ judge, judgements }) =>
      judgements.map((one) =>
        'failed' in one
          ? `${judge}: no score, ${one.failed.message}.`
          : `${judge}: ${verdictText(one.value)}. ${one.justification}`,
      ),
    )
    .join('\n');
}

function detailsOf(opinions: readonly Opinion[], { pool, repeats }: Pooling, more: Readonly<Record<string, Json>>): Json {
  const judges = opinions.map(({ judge, value, judgements }) => ({
    judge,
    ...(value === undefined ? {} : { value }),
    judgements: judgements.map((one) => {
      const { judge: _, ...provenance } = one.provenance;
      return 'failed' in one
        ? { failed: one.failed.code, why: one.failed.message, ...provenance }
        : { value: one.value, justification: one.justification, ...provenance };
    }),
  }));
  return JSON.parse(JSON.stringify({ pool, repeats, judges, ...more }));
}
