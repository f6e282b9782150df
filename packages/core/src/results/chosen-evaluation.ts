import type { EvaluationRecord, RunRecord } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

/** The evaluation that is meant. @throws TouchstoneError `evaluation-not-chosen`, `evaluation-not-found` */
export function chosenEvaluation(
  evaluations: readonly EvaluationRecord[],
  run: RunRecord,
  asked: number | undefined,
): EvaluationRecord {
  const [first, ...others] = evaluations;
  const found = asked === undefined ? first : evaluations.find(({ index }) => index === asked);
  if (found === undefined) {
    const which = asked === undefined ? 'no evaluation yet' : `no evaluation ${asked}, it has ${evaluations.length}`;
    throw new TouchstoneError('evaluation-not-found', `Run ${run.name} has ${which}.`);
  }
  if (asked !== undefined || others.length === 0) return found;
  throw new TouchstoneError(
    'evaluation-not-chosen',
    `Run ${run.name} holds ${evaluations.length} evaluations: say which one is meant, e.g. evaluation: ${found.index}.`,
  );
}
