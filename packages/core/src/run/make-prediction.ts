import type { Cell, ModelOutput, ModelResult, Plan, Prediction, PredictionResult } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';

/**
 * A model's answer as a prediction: text becomes one output column; of named outputs, `predictions` says which is the prediction,
 * and a single one needs no saying.
 */
export function makePrediction(answer: unknown, plan: Plan, latencyMs: number): PredictionResult {
  if (!isResult(answer))
    return failure(
      'bad-output',
      'the model returned something that is no result: it must be { value } or { error } for each row',
    );
  if ('error' in answer) return { failed: answer.error };
  const wanted = plan.data.predictions ?? answer.main;
  const rest = restOf(answer, latencyMs);
  const value = answer.value;
  if (!isNamed(value)) {
    const main = wanted ?? 'outputs';
    return { columns: { [main]: value }, main, ...rest };
  }
  const names = Object.keys(value);
  const [only] = names;
  if (wanted === undefined) {
    if (names.length === 1 && only !== undefined) return { columns: value, main: only, ...rest };
    const listed = names.length === 0 ? 'an object without outputs' : `several outputs (${names.join(', ')})`;
    return failure(
      'output-not-chosen',
      `The model returned ${listed}: say which one is the prediction with predictions: '${only ?? 'answer'}'.`,
    );
  }
  if (!Object.hasOwn(value, wanted)) {
    return failure(
      'output-column-missing',
      `predictions is '${wanted}', and the model returned no such output.${suggestion(wanted, names, { list: 'It returned' })}`,
    );
  }
  return { columns: value, main: wanted, ...rest };
}

/** Model objects are written by anyone, in JavaScript as well. */
function isResult(answer: unknown): answer is ModelResult {
  if (typeof answer !== 'object' || answer === null) return false;
  if ('error' in answer) return typeof answer.error === 'object' && answer.error !== null && 'code' in answer.error;
  return 'value' in answer && answer.value !== undefined;
}

/** Most models say nothing but their output: then nothing is copied, for every row. */
function restOf(answer: ModelOutput, latencyMs: number): Omit<Prediction, 'columns' | 'main'> {
  const { usage, finish, calls } = answer;
  const own = answer.latencyMs ?? latencyMs;
  if (usage === undefined && finish === undefined && calls === undefined) return { latencyMs: own };
  return {
    latencyMs: own,
    ...(usage === undefined ? {} : { usage }),
    ...(finish === undefined ? {} : { finish }),
    ...(calls === undefined ? {} : { calls }),
  };
}

function isNamed(value: unknown): value is Readonly<Record<string, Cell>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failure(code: string, message: string): PredictionResult {
  return { failed: { code, message, retryable: false } };
}
