import { describe, it } from 'vitest';

/** One rule of a contract. */
export interface Check {
  /** The rule as a sentence without its subject: `does not change the rows that it is given`. */
  readonly name: string;
  /** Throws when the rule is broken, with a sentence that says how, and what to do. */
  run(): Promise<void> | void;
}

/** Enough for a slow machine: a check that hangs is what it ends. */
const TWO_MINUTES = 120_000;

/** The checks as Vitest tests of their own, under one title. */
export function registerChecks(title: string, checks: readonly Check[]): void {
  describe(title, () => {
    for (const check of checks) it(check.name, { timeout: TWO_MINUTES }, () => check.run());
  });
}

/** A rule that is broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation unless `holds` */
export function demand(holds: boolean, message: string | (() => string)): asserts holds {
  if (!holds) throw new Violation(typeof message === 'string' ? message : message());
}
