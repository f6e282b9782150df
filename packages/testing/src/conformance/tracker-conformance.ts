import { registerChecks } from './check.ts';
import { type MakeTracker, trackerChecks } from './tracker-checks.ts';

/**
 * What every tracker must do, as Vitest tests.
 *
 * @example
 * trackerConformance('jsonLinesTracker', () => {
 *   const file = join(temporaryFolder(), 'runs.jsonl');
 *   return { tracker: jsonLinesTracker(file), told: (run) => lastLineOf(file, run), [Symbol.asyncDispose]: async () => undefined };
 * });
 */
export function trackerConformance(name: string, make: MakeTracker): void {
  registerChecks(`${name} is a tracker that`, trackerChecks(make));
}
