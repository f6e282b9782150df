import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Json, loadUserExport, type Metric, TouchstoneError, type TouchstoneRuntime } from '@touchstone/core';
import { bundledPackages } from './bundled-packages.ts';
import { isFileReference } from './model-reference.ts';

/**
 * A metric from `NAME`, `NAME {"option": …}` or `./file.ts#export`. A bare name stays one, so that the plan can list it with all else that is wrong.
 * @param folder where a relative file is looked for
 * @throws TouchstoneError `bad-metric`, `not-a-metric`, `unknown-metric`, and what loading the file throws
 */
export async function metricOf(text: string, touchstone: TouchstoneRuntime, folder: string): Promise<string | Metric> {
  const match = /^(?<name>\S+?)\s*(?<options>\{.*\})?$/su.exec(text.trim());
  const name = match?.groups?.name;
  if (name === undefined)
    throw new TouchstoneError('bad-metric', `--metric is '${text}': write NAME, NAME {"option": value} or ./file.ts#export.`);
  const options = match?.groups?.options === undefined ? undefined : readOptions(name, match.groups.options);
  if (isFileReference(name)) return metricOfFile(name, options, folder);
  return options === undefined || !touchstone.registrations.metrics.has(name) ? name : touchstone.metric(name, options);
}

/** A metric, or the factory of one. */
async function metricOfFile(
  reference: string,
  options: Readonly<Record<string, Json>> | undefined,
  folder: string,
): Promise<Metric> {
  const { value, spec } = await loadUserExport(reference, { cwd: folder, alias: bundledPackages });
  const made = isFunction(value) ? madeBy(value, reference, options) : value;
  // With the file's hash: a run that is continued must not mix the scores of two versions of it.
  if (isMetric(made)) {
    const origin = { url: pathToFileURL(resolve(folder, spec.module)).href, alias: bundledPackages };
    return { ...made, spec: { ...spec, options: options ?? null }, origin };
  }
  throw notAMetric(reference);
}

function madeBy(
  factory: (...args: unknown[]) => unknown,
  reference: string,
  options: Readonly<Record<string, Json>> | undefined,
): unknown {
  try {
    return factory(options);
  } catch (error) {
    // A factory says what is wrong with its options; any other function was never meant to be called with them.
    if ('metricName' in factory) throw error;
    throw notAMetric(reference);
  }
}

function notAMetric(reference: string): TouchstoneError {
  return new TouchstoneError(
    'not-a-metric',
    `'${reference}' is no metric: export what metric('name', fn) or defineMetric({ … }) gives.`,
  );
}

function readOptions(name: string, text: string): Readonly<Record<string, Json>> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TouchstoneError(
      'bad-metric',
      `The options of --metric '${name}' are no JSON: ${text}. Write them like --metric '${name} {"useStemmer": true}'.`,
      { cause: error },
    );
  }
}

function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}

function isMetric(value: unknown): value is Metric {
  return typeof value === 'object' && value !== null && 'form' in value && 'signature' in value;
}
