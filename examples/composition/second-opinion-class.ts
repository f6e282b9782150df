import {
  type Evaluator,
  type EvaluatorOutcome,
  type FinishContext,
  inject,
  injectable,
  JUDGE,
  type LanguageModel,
  LOGGER,
  type Logger,
  type Metric,
  type ScoredTable,
} from '@touchstone/core';
import { apologises } from './reply-care.ts';
import { missedApologies } from './second-opinion.ts';

/**
 * `secondOpinion` as a class. Its file must be compiled: with `experimentalDecorators` of TypeScript, or by the command line, which
 * loads a config and all that it imports that way. Node alone runs no decorators.
 */
@injectable()
export class SecondOpinion implements Evaluator {
  readonly name = 'second-opinion-class';

  constructor(
    @inject(JUDGE) private readonly judge: LanguageModel,
    @inject(LOGGER) private readonly log: Logger,
  ) {}

  supports(): boolean {
    return false;
  }

  metrics(): readonly Metric[] {
    return [apologises];
  }

  finish(scored: ScoredTable, context: FinishContext): Promise<EvaluatorOutcome> | EvaluatorOutcome {
    return missedApologies(scored, { judge: this.judge, log: this.log, ...context });
  }
}
