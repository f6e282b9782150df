import type { Evaluator, EvaluatorOutcome, FinishContext, Journal, Plan } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import type { Aggregates } from '../results/aggregate.ts';
import { scoredTable } from '../results/scored-rows.ts';
import { outputColumns } from '../results/table-line.ts';
import type { WorkSetting } from './run-work.ts';

type Made = Required<Pick<EvaluatorOutcome, 'tables' | 'artifacts'>>;

/**
 * Lets the evaluators conclude, each after those whose outcomes it reads. Their numbers and warnings are added to the aggregates; one that
 * fails costs a warning, and so does each that waits for it.
 *
 * @param abort aborts when the run is stopped at once
 */
export async function finishEvaluators(
  prepared: PreparedEvaluation,
  journal: Journal,
  into: Aggregates,
  door: WorkSetting['door'],
  abort: AbortSignal,
): Promise<Made> {
  const tables: Record<string, Made['tables'][string]> = {};
  const artifacts: Record<string, Uint8Array | string> = {};
  const outcomes = new Map<string, EvaluatorOutcome>();
  const metrics = Object.freeze({ ...into.metrics });
  const columns = await partsOf(prepared.plan, journal);
  for (const evaluator of prepared.evaluators) {
    const { name, after = [] } = evaluator;
    const lost = after.find((other) => !outcomes.has(other));
    if (lost !== undefined) {
      into.warnings.push(`Evaluator '${name}' could not finish, because '${lost}' could not.`);
      continue;
    }
    const context: FinishContext = {
      metrics,
      columns,
      outcomes: Object.fromEntries(after.flatMap((other) => [[other, outcomes.get(other) ?? {}]])),
      ask: askingFor(evaluator, door, abort),
      signal: abort,
    };
    try {
      const outcome = (await evaluator.finish?.(scoredTable(journal, prepared.plan), context)) ?? {};
      takeMetrics(name, outcome, into);
      for (const [kind, kept, made] of [
        ['table', tables, outcome.tables ?? {}],
        ['artifact', artifacts, outcome.artifacts ?? {}],
      ] as const) {
        const twice = Object.keys(made).filter((one) => Object.hasOwn(kept, one));
        for (const one of twice) into.warnings.push(`Evaluator '${name}': its ${kind} ${one} replaces another of that name.`);
        Object.assign(kept, made);
      }
      into.warnings.push(...(outcome.warnings ?? []));
      outcomes.set(name, outcome);
    } catch (error) {
      into.warnings.push(`Evaluator '${name}' could not finish: ${messageOf(error)}`);
    }
  }
  return { tables, artifacts };
}

async function partsOf(plan: Plan, journal: Journal): Promise<FinishContext['columns']> {
  const { prediction } = await outputColumns(journal, plan);
  const { inputs, targets } = plan.data;
  return { prediction, inputs, ...(targets === undefined ? {} : { target: targets }) };
}

/** An evaluator asks of no row: its calls are told apart by its name. */
function askingFor({ name }: Evaluator, door: WorkSetting['door'], signal: AbortSignal): FinishContext['ask'] {
  const rowKey = `evaluator ${name}`;
  return (service, request, tag) =>
    door.ask(service, request, { trial: 0, repeat: tag?.repeat ?? 0, signal, rowKey, purpose: name });
}

function takeMetrics(evaluator: string, { metrics = {} }: EvaluatorOutcome, into: Aggregates): void {
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) {
      into.warnings.push(`Evaluator '${evaluator}': its metric ${name} is ${value}, and was left out.`);
      continue;
    }
    if (Object.hasOwn(into.metrics, name)) {
      into.warnings.push(`Evaluator '${evaluator}': its metric ${name} replaces another of that name.`);
      // It belongs to the other one.
      delete into.intervals[name];
    }
    into.metrics[name] = value;
  }
}
