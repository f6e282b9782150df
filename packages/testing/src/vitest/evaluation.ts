import {
  type CassetteOption,
  type CoreMetrics,
  createTouchstone,
  type EvaluateRequest,
  type EvaluationResult,
  type FunctionOfEvaluateOptions,
  type Touchstone,
} from '@touchstone/core';
import { expect, test } from 'vitest';
import { type Expectations, unmetExpectations } from './expectations.ts';

/**
 * Registers a test that evaluates. Its options are those of `evaluate`, and what is expected of the result.
 *
 * @typeParam Reg name → metric, of the plug-ins
 */
export type EvaluationFunction<Reg extends object> = FunctionOfEvaluateOptions<
  Reg,
  [name: string],
  Expectations & TestOptions,
  void
>;

interface TestOptions {
  /** Milliseconds for the test. Default: five minutes, because a recording takes its time. */
  readonly testTimeout?: number;
}

const FIVE_MINUTES = 300_000;

/**
 * An evaluation as a test. It fails when the evaluation does not come to its end or a bound does not hold, with a table of the rows that are
 * to blame. A cassette without a mode has that of `TOUCHSTONE_CASSETTE_MODE`; without it `replay` where `CI` is set, else `auto`.
 *
 * @example
 * evaluation('answers about orders', {
 *   data: 'orders.jsonl', model: answer, targets: 'expected', extraMetrics: [rougeL()],
 *   cassette: 'orders.cassette.jsonl', atLeast: { 'rougeL/v1/mean': 0.5 },
 * });
 */
export const evaluation: EvaluationFunction<CoreMetrics> = evaluationsBy(createTouchstone);

/**
 * {@link evaluation} by a Touchstone of your own: with its plug-ins (models by URI, metrics by name) and its store.
 *
 * @example const evaluation = evaluationsOf(createTouchstone({ plugins: [openai(), rouge()] }));
 */
export function evaluationsOf<Reg extends object>(touchstone: Touchstone<Reg>): EvaluationFunction<Reg> {
  return evaluationsBy(() => touchstone);
}

/** @param make called when a test runs, so that importing this does nothing */
function evaluationsBy<Reg extends object>(make: () => Touchstone<Reg>): EvaluationFunction<Reg> {
  const register = (name: string, options: EvaluateRequest & Expectations & TestOptions): void => {
    const { atLeast, atMost, coverage, testTimeout = FIVE_MINUTES, ...request } = options;
    test(name, { timeout: testTimeout }, async ({ signal }) => {
      // The types have checked the options as `evaluate` would; its untyped face takes them as they are.
      const touchstone = make() as unknown as { evaluate(request: EvaluateRequest): Promise<EvaluationResult> };
      const result = await touchstone.evaluate({
        signal,
        ...request,
        run: { name, ...request.run },
        ...(request.cassette === undefined ? {} : { cassette: withMode(request.cassette) }),
      });
      const expected: Expectations = {
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(atMost === undefined ? {} : { atMost }),
        ...(coverage === undefined ? {} : { coverage }),
      };
      const unmet = await unmetExpectations(result, expected);
      if (unmet !== undefined) expect.fail(unmet);
    });
  };
  return register as unknown as EvaluationFunction<Reg>;
}

function withMode(cassette: CassetteOption): CassetteOption {
  const { file, mode }: Exclude<CassetteOption, string> = typeof cassette === 'string' ? { file: cassette } : cassette;
  // Whatever the variable says: what is no mode is refused by `evaluate`, with those that there are.
  const asked = process.env.TOUCHSTONE_CASSETTE_MODE?.trim() as typeof mode | '';
  const usual = process.env.CI === undefined || process.env.CI === '' || process.env.CI === 'false' ? 'auto' : 'replay';
  return { file, mode: mode ?? (asked === '' || asked === undefined ? usual : asked) };
}
