import type { Problem } from '../errors/touchstone-error.ts';

export interface EvaluatorConfiguration {
  /** Needed name → column, for all metrics. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Put before every metric key, once. */
  readonly metricPrefix: string;
  /** What an evaluator is given. */
  of(evaluator: string): Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * MLflow's config, flat or by evaluator name: column mapping and prefix hold for the evaluation, the rest is the evaluator's own.
 * It is by name as soon as one of its keys is the name of an evaluator.
 *
 * @param standIn the evaluator in the place of `default`, which has `default`'s part unless it has its own
 */
export function readEvaluatorConfig(
  config: Readonly<Record<string, unknown>>,
  evaluators: readonly string[],
  standIn?: string,
): EvaluatorConfiguration {
  const nested = Object.keys(config).some((key) => evaluators.includes(key));
  const parts = nested ? Object.values(config).filter(isRecord) : [config];
  const mapping: Record<string, string> = {};
  const problems: Problem[] = [];
  let metricPrefix = '';
  for (const part of parts) {
    const columns = configValue(part, 'colMapping') ?? {};
    if (!isRecord(columns)) problems.push(bad("'colMapping' must be an object: needed name → column."));
    else {
      for (const [name, column] of Object.entries(columns)) {
        if (typeof column === 'string') mapping[name] = column;
        else
          problems.push(
            bad(
              `colMapping maps '${name}' to something that is no column name: put the values into a column of the data, and name it.`,
            ),
          );
      }
    }
    const prefix = configValue(part, 'metricPrefix') ?? metricPrefix;
    if (typeof prefix === 'string') metricPrefix = prefix;
    else problems.push(bad("'metricPrefix' must be a text."));
  }
  const of = (name: string): Readonly<Record<string, unknown>> => {
    const own = nested ? (config[name] ?? (name === standIn ? config.default : undefined)) : config;
    return isRecord(own) ? own : {};
  };
  return { mapping, metricPrefix, of, problems };
}

/** A value of a config, whose keys may be written as here (`retrieverK`) or as MLflow writes them (`retriever_k`). */
export function configValue(config: Readonly<Record<string, unknown>>, key: string): unknown {
  return config[key] ?? config[key.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)];
}

function bad(message: string): Problem {
  return { code: 'bad-option', message: `evaluatorConfig: ${message}` };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
