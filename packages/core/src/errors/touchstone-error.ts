const MARK = Symbol.for('touchstone.error');

/** What kind of trouble it is; decides the exit code of the command line (request 2, run and store 3). */
export type ErrorKind = 'request' | 'run' | 'store';

export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string;
  /** What was given, what was expected, what to type next: one sentence, or a few. */
  readonly message: string;
}

export interface TouchstoneErrorOptions {
  readonly kind?: ErrorKind;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * Every error that Touchstone throws on purpose. `code` is stable; `message` is a sentence to act on.
 * Configuration mistakes are collected: `problems` holds each of them, and the message lists them all.
 *
 * @example
 * try { await evaluate(…) } catch (error) {
 *   if (TouchstoneError.isInstance(error) && error.code === 'run-locked') …
 * }
 */
export class TouchstoneError extends Error {
  override readonly name = 'TouchstoneError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly problems: readonly Problem[];

  constructor(code: string, message: string, options: TouchstoneErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = options.kind ?? 'request';
    this.problems = options.problems ?? [{ code, message }];
    Object.defineProperty(this, MARK, { value: true });
  }

  /** Like `instanceof`, and true as well for an error of another copy of core in the same process. */
  static isInstance(error: unknown): error is TouchstoneError {
    return typeof error === 'object' && error !== null && MARK in error;
  }
}

/** One problem is thrown as itself; several are thrown together, listed in the order in which they were found. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw new TouchstoneError(first.code, first.message, { problems });
  const list = problems.map((problem) => `  - ${problem.message.replaceAll('\n', '\n    ')}`).join('\n');
  throw new TouchstoneError('several-problems', `${problems.length} things to correct:\n${list}`, { problems });
}

/** The message of anything that was thrown, in one line without a stack. */
export function messageOf(thrown: unknown): string {
  const text =
    thrown instanceof Error ? thrown.message || thrown.name : typeof thrown === 'string' ? thrown : describeThrown(thrown);
  return text.trim() || 'it threw an error without a message';
}

function describeThrown(thrown: unknown): string {
  try {
    return `it threw ${JSON.stringify(thrown) ?? String(thrown)}, which is no Error`;
  } catch {
    return 'it threw something that is no Error';
  }
}
