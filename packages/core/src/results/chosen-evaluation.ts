import { TouchstoneError } from '../errors/touchstone-error.ts';

/** The evaluation of a run that is meant. @param example how it is said which one, for its index @throws TouchstoneError `evaluation-not-chosen`, `evaluation-not-found` */
export function chosenEvaluation<E extends { readonly index: number }>(
  evaluations: readonly E[],
  run: { readonly name: string },
  asked: number | undefined,
  example: (index: number) => string = (index) => `is meant, e.g. evaluation: ${index}`,
): E {
  const [first, ...others] = evaluations;
  const found = asked === undefined ? first : evaluations.find(({ index }) => index === asked);
  if (found === undefined) {
    const which = asked === undefined ? 'no evaluation yet' : `no evaluation ${asked}, it has ${evaluations.length}`;
    throw new TouchstoneError('evaluation-not-found', `Run ${run.name} has ${which}.`);
  }
  if (asked !== undefined || others.length === 0) return found;
  throw new TouchstoneError(
    'evaluation-not-chosen',
    `Run ${run.name} holds ${evaluations.length} evaluations: say which one ${example(found.index)}.`,
  );
}
