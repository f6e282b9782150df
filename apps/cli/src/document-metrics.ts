import { isAbsolute, relative, resolve } from 'node:path';
import { TouchstoneError, type TouchstoneRuntime } from '@touchstone/core';
import { evaluationOf, type LoadedConfig } from './load-config.ts';
import { metricOf } from './metric-reference.ts';
import { isFileReference } from './model-reference.ts';
import type { RunDocument } from './run-document.ts';
import { shellWord } from './shell-word.ts';

interface From {
  readonly touchstone: TouchstoneRuntime;
  readonly config: LoadedConfig | undefined;
}

/** The extra metrics that a document asks for. What was scored later takes the place of others of its name. */
export async function metricsOf({ evaluation, flags, cwd, scored = [] }: RunDocument, from: From): Promise<readonly unknown[]> {
  const { touchstone, config } = from;
  const base = evaluation === undefined || config === undefined ? {} : evaluationOf(config, evaluation);
  const metrics: unknown[] = [];
  for (const metric of base.extraMetrics ?? []) metrics.push(await made(metric, touchstone, config?.folder ?? cwd));
  for (const metric of flags.metric ?? []) metrics.push(await metricOf(metric, touchstone, cwd));
  for (const text of scored) {
    const metric = await metricOf(text, touchstone, cwd);
    const earlier = metrics.findIndex((one) => nameOf(one) === nameOf(metric));
    metrics.splice(earlier < 0 ? metrics.length : earlier, 1, metric);
  }
  return metrics;
}

/**
 * The metric of this name as the document asks for it.
 * @returns undefined where it does not, or what it asks for is not there any more
 * @throws TouchstoneError `rescore-ambiguous` when a name alone means another metric than the document's
 */
export async function metricNamed(name: string, document: RunDocument, { touchstone, config }: From): Promise<unknown> {
  const { evaluation = '', flags, cwd, scored = [] } = document;
  const evaluations = config?.config.evaluations ?? {};
  const base = Object.hasOwn(evaluations, evaluation) ? evaluations[evaluation]?.extraMetrics : undefined;
  const asked = [
    ...[...(flags.metric ?? []), ...scored].map((metric) => ({ metric, folder: cwd })),
    ...(base ?? []).map((metric) => ({ metric, folder: config?.folder ?? cwd })),
  ];
  for (const { metric, folder } of asked.toReversed()) {
    // One of the other metrics may be broken or gone, which is no matter of this one.
    const candidate = await made(metric, touchstone, folder).catch(() => undefined);
    if (candidate === undefined || nameOf(candidate) !== name) continue;
    if (typeof metric === 'string' && metric.trim() !== name && touchstone.registrations.metrics.has(name))
      throw ambiguous(name, metric);
    return candidate;
  }
  return undefined;
}

/** A metric as it is written, for another folder: `./polite.ts#polite` is `../polite.ts#polite` one folder below. */
export function movedMetric(text: string, from: string, to: string): string {
  const [, name = '', options = ''] = /^(\S+)(.*)$/su.exec(text.trim()) ?? [];
  if (!isFileReference(name) || isAbsolute(name)) return text;
  const path = relative(to, resolve(from, name));
  return `${path.startsWith('.') ? path : `./${path}`}${options}`;
}

function ambiguous(name: string, asked: string): TouchstoneError {
  return new TouchstoneError(
    'rescore-ambiguous',
    `The run was asked for ${asked}: say whether it is to be the same again, --rescore ${shellWord(asked)}, or ${name} without options, --rescore ${shellWord(`${name} {}`)}.`,
  );
}

async function made(metric: unknown, touchstone: TouchstoneRuntime, folder: string): Promise<unknown> {
  return typeof metric === 'string' ? metricOf(metric, touchstone, folder) : metric;
}

function nameOf(metric: unknown): unknown {
  return typeof metric === 'object' && metric !== null && 'name' in metric ? metric.name : metric;
}
