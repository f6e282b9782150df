import { resolve } from 'node:path';
import {
  type AskedFor,
  chat,
  type Json,
  type Message,
  type Metric,
  messageOf,
  type Plan,
  type RowRecord,
  type TouchstoneRuntime,
} from '@touchstone/core';
import type { ConfiguredEvaluation } from '../define-config.ts';
import { metricNamed } from '../document-metrics.ts';
import { evaluationOf, type LoadedConfig } from '../load-config.ts';
import { modelOptionsOf } from '../model-options.ts';
import { modelOf } from '../model-reference.ts';
import { readEnvFile } from '../read-env-file.ts';
import { isRunDocument, type RunDocument } from '../run-document.ts';
import { modelOfCell } from '../swept-models.ts';

/** What the run was asked for, as far as it is there today. */
export interface RunRequest extends AskedFor {
  /** Absent for a run of code. */
  readonly document?: RunDocument;
  /** What the config says of it. */
  readonly base: ConfiguredEvaluation;
  /** Sentences: what is not there any more. */
  readonly trouble: readonly string[];
}

interface Opened {
  readonly touchstone: TouchstoneRuntime;
  readonly config: LoadedConfig | undefined;
}

/** Model, options and judges of a stored run, as `resume` finds them; what is gone is said and left out. */
export async function askedFor({ run, plan }: RowRecord, opened: Opened): Promise<RunRequest> {
  const { origin } = run;
  const trouble: string[] = [];
  const attempt = async <T>(make: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await make();
    } catch (error) {
      trouble.push(messageOf(error));
      return undefined;
    }
  };
  if (!isRunDocument(origin)) {
    const models = await rolesOf(plan, (name) => registered(name, opened.touchstone));
    return { ...modelOfPlan(plan), models, judge: () => opened.touchstone.judge(), base: {}, trouble };
  }
  const { flags, cwd } = origin;
  const { envFile, modelOption } = flags;
  if (envFile !== undefined) await attempt(() => readEnvFile(resolve(cwd, envFile), envFile));
  const base = (await attempt(() => configured(origin, opened.config))) ?? {};
  const folder = opened.config?.folder ?? cwd;
  const document: RunDocument = origin;
  const model = await attempt(() => {
    if (document.cell !== undefined) return modelOfCell(document.cell, document, base, folder);
    return flags.model === undefined ? modelOf(base.model, folder) : modelOf(flags.model, cwd);
  });
  const modelOptions = { ...base.modelOptions, ...(await attempt(() => modelOptionsOf(modelOption, cwd))) };
  const models = await rolesOf(plan, async (name) => {
    const metric = await metricNamed(name, origin, opened).catch(() => undefined);
    return isMetric(metric) ? metric : registered(name, opened.touchstone);
  });
  const { judge = base.judge ?? opened.config?.config.judge, judgeOption } = flags;
  const judgeOptions = {
    ...base.judgeOptions,
    ...(await attempt(() => modelOptionsOf(judgeOption, cwd, '--judge-option'))),
  };
  const ofJudge = { ...(judge === undefined ? {} : { judge }), judgeOptions };
  return {
    document,
    base,
    trouble,
    models,
    judge: () => opened.touchstone.judge(ofJudge),
    modelOptions,
    ...(model === undefined ? {} : { model }),
  };
}

function configured({ evaluation }: RunDocument, config: LoadedConfig | undefined): ConfiguredEvaluation {
  return evaluation === undefined || config === undefined ? {} : evaluationOf(config, evaluation);
}

/** A model by URI tells in the plan what it was sent; of any other one only its code knows. */
function modelOfPlan({ model, services }: Plan): AskedFor {
  const identity = model?.identity;
  const isAsked = services.some(({ id, purpose }) => purpose === 'model' && id === model?.id);
  if (model === undefined || !isAsked || !isPrompted(identity)) return {};
  const { messages, parameters, system } = identity;
  const said = system === undefined && messages !== null ? { messages } : {};
  return {
    model: chat(model.id, { ...said, ...(parameters === null ? {} : { parameters }) }),
    ...(system === undefined ? {} : { modelOptions: { system } }),
  };
}

interface Prompted {
  readonly messages: readonly Message[] | null;
  readonly parameters: Readonly<Record<string, Json>> | null;
  readonly system?: string;
}

/** As core writes it for language models. */
function isPrompted(identity: unknown): identity is Prompted {
  return typeof identity === 'object' && identity !== null && 'messages' in identity && 'parameters' in identity;
}

async function rolesOf(
  { metrics }: Plan,
  find: (name: string) => Promise<Metric | undefined> | Metric | undefined,
): Promise<NonNullable<AskedFor['models']>> {
  const roles = new Map<string, Metric['models']>();
  for (const { name } of metrics) {
    const metric = await find(name);
    if (metric !== undefined) roles.set(name, metric.models);
  }
  return roles;
}

function registered(name: string, touchstone: TouchstoneRuntime): Metric | undefined {
  if (!touchstone.registrations.metrics.has(name)) return undefined;
  try {
    return touchstone.metric(name);
  } catch {
    // It cannot be made without options.
    return undefined;
  }
}

function isMetric(value: unknown): value is Metric {
  return typeof value === 'object' && value !== null && 'form' in value && 'models' in value;
}
