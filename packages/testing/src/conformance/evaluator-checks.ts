import {
  createTouchstone,
  definePlugin,
  type EvaluateRequest,
  type EvaluationResult,
  type EvaluatorSource,
  type Json,
  LOGGER,
  type Metric,
  type Model,
  metric,
  type Plugin,
  type Registry,
  type Row,
  TouchstoneError,
} from '@touchstone/core';
import { changedGlobals, globals } from './changed-globals.ts';
import { type Check, demand } from './check.ts';
import { leftOpen } from './left-open.ts';
import { outsideContacts } from './outside-contacts.ts';

export interface EvaluatorConformanceOptions {
  /** Rows with outputs, or of a `model`. Some of them should have cells that are missing. */
  readonly data: readonly Row[];
  readonly predictions?: string;
  readonly model?: Model | ((row: Row) => unknown);
  readonly inputs?: string;
  readonly targets?: string;
  readonly modelType?: string;
  readonly evaluatorConfig?: Readonly<Record<string, Json>>;
  readonly extraMetrics?: readonly Metric[];
  /** Other evaluators that it needs, by name or as they are. It runs together with them. */
  readonly alongside?: readonly (string | EvaluatorSource)[];
  /** Plug-ins whose metrics, models or services it uses. */
  readonly plugins?: readonly Plugin[];
  /** Services that it has injected: `(registry) => registry.provide(JUDGE, judge)`. */
  readonly provide?: (registry: Registry) => void;
  /** Results that must be there, with their values where they are known. */
  readonly metrics?: Readonly<Record<string, number | ((value: number) => boolean)>>;
  readonly tables?: readonly string[];
  readonly artifacts?: readonly string[];
}

/** The rules of an evaluator, each as a check. */
export function evaluatorChecks(evaluator: EvaluatorSource, options: EvaluatorConformanceOptions): readonly Check[] {
  const before = globals();
  const run = (request?: Partial<EvaluateRequest>) => evaluated(evaluator, options, request);
  return [
    { name: 'has a name by which it is asked for', run: () => hasName(evaluator) },
    { name: 'makes the results that it says', run: () => makesResults(run, options) },
    { name: 'says the same whatever comes first', run: () => saysTheSame(run) },
    { name: 'concludes nothing wrong from rows without scores', run: () => concludesFromNothing(evaluator, options) },
    { name: 'takes texts from anywhere into its tables and artifacts', run: () => takesHostileRows(run, options) },
    { name: 'serves two evaluations at once', run: () => servesTwo(run) },
    { name: 'fails with a sentence when a service that it needs is missing', run: () => needsServices(evaluator, options) },
    { name: 'contacts nobody past the door, changes nothing shared and leaves nothing open', run: () => isQuiet(run, before) },
  ];
}

type Run = (request?: Partial<EvaluateRequest>) => Promise<EvaluationResult>;

async function evaluated(
  evaluator: EvaluatorSource,
  options: EvaluatorConformanceOptions,
  request: Partial<EvaluateRequest> = {},
  provided = true,
): Promise<EvaluationResult> {
  const {
    data,
    predictions,
    model,
    inputs,
    targets,
    modelType,
    evaluatorConfig,
    extraMetrics,
    alongside = [],
    plugins = [],
  } = options;
  const services = definePlugin({
    name: 'conformance',
    register(registry) {
      registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
      if (provided) options.provide?.(registry);
    },
  });
  // Everything is known only here.
  const touchstone = createTouchstone({ plugins: [services, ...plugins] }) as unknown as {
    evaluate(request: EvaluateRequest): Promise<EvaluationResult>;
  };
  return touchstone.evaluate({
    data,
    evaluators: [...alongside, evaluator],
    ...defined({ predictions, model, inputs, targets, modelType, evaluatorConfig, extraMetrics }),
    ...request,
  });
}

function defined(options: Readonly<Record<string, unknown>>): Partial<EvaluateRequest> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** What core says of a `finish` that throws, or gives what is no number. */
const WRONG = /^Evaluator '.*' could not finish|was left out\.$/u;

function finishes({ warnings }: EvaluationResult, when: string): void {
  const wrong = warnings.find((warning) => WRONG.test(warning));
  demand(wrong === undefined, `${when}: ${wrong}`);
}

async function textOf(result: EvaluationResult, artifact: string): Promise<string> {
  return new TextDecoder().decode(await result.readArtifact(artifact));
}

function hasName({ name }: EvaluatorSource): void {
  demand(/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(name), `The name '${name}' must be one word: it is typed after --evaluator.`);
}

async function makesResults(run: Run, { metrics = {}, tables = [], artifacts = [] }: EvaluatorConformanceOptions): Promise<void> {
  const result = await run();
  demand(result.run.status === 'finished', `The evaluation ends ${result.run.status}: ${result}`);
  finishes(result, 'An evaluation ends with the warning');
  for (const [key, expected] of Object.entries(metrics)) {
    const value = (result.metrics as Readonly<Record<string, number | undefined>>)[key];
    demand(value !== undefined, () => `There is no result ${key}. There are: ${Object.keys(result.metrics).join(', ')}.`);
    const right = typeof expected === 'function' ? expected(value) : Math.abs(value - expected) <= 1e-9;
    demand(right, `${key} is ${value}${typeof expected === 'function' ? '' : `, and should be ${expected}`}.`);
  }
  for (const name of tables)
    demand(name in result.tables, () => `There is no table ${name}. There are: ${Object.keys(result.tables).join(', ')}.`);
  for (const name of artifacts)
    demand(
      name in result.artifacts,
      () => `There is no artifact ${name}. There are: ${Object.keys(result.artifacts).join(', ')}.`,
    );
}

/** What an evaluation says, without what differs from run to run. */
async function saidBy(result: EvaluationResult): Promise<string> {
  const tables: [string, unknown][] = [];
  for (const [name, table] of Object.entries(result.tables)) tables.push([name, await table?.toArray()]);
  const { metrics, warnings } = result;
  const artifacts: [string, string][] = [];
  for (const name of Object.keys(result.artifacts)) artifacts.push([name, await textOf(result, name)]);
  return JSON.stringify({ metrics, tables, artifacts, warnings });
}

async function saysTheSame(run: Run): Promise<void> {
  const [one, other] = [
    await run({ limits: { concurrency: 1, threads: 0 } }),
    await run({ limits: { concurrency: 16, threads: 0 } }),
  ];
  demand(
    (await saidBy(one)) === (await saidBy(other)),
    'Its results are other ones with another concurrency: read rows in their order, and draw nothing by chance.',
  );
}

const ID = 'conformance_id';
/** Is scored where nothing else is: an evaluation of nothing at all is refused. */
const counted = metric('conformance_row', () => 1, { needs: [ID] });

/** `finish` over rows that nothing was scored of. */
async function concludesFromNothing(evaluator: EvaluatorSource, options: EvaluatorConformanceOptions): Promise<void> {
  const emptied = options.data.map((row, index) => ({
    ...Object.fromEntries(Object.keys(row).map((name) => [name, null])),
    [ID]: `row ${index}`,
  }));
  const { model, ...rest } = options;
  const result = await evaluated(evaluator, {
    ...rest,
    data: emptied,
    extraMetrics: [...(options.extraMetrics ?? []), counted],
    ...(model === undefined ? {} : { model: () => null }),
  });
  finishes(result, 'Of rows that nothing was scored of');
}

async function takesHostileRows(run: Run, { data }: EvaluatorConformanceOptions): Promise<void> {
  const texts = ['<script>alert(1)</script> & "quoted"', '환불은 십사 일 안에 됩니다', 'half \ud83d', '__proto__', '=1+1', ''];
  const hostile = data.map((row, index) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [
        name,
        typeof cell === 'string' && index % 2 === 0 ? texts[(index / 2) % texts.length] : cell,
      ]),
    ),
  ) as readonly Row[];
  const result = await run({ data: hostile });
  finishes(result, 'With texts from anywhere');
  for (const name of Object.keys(result.artifacts)) {
    if (!/\.(?:svg|html)$/u.test(result.artifacts[name] ?? name)) continue;
    const text = await textOf(result, name);
    demand(!text.includes('<script>alert(1)'), `The artifact ${name} has the text of a row as markup: escape it.`);
  }
  for (const name of Object.keys(result.artifacts)) {
    demand(
      !name.startsWith('/') && !name.split(/[/\\]/u).includes('..'),
      `The artifact '${name}' would be written outside of its folder.`,
    );
  }
}

async function servesTwo(run: Run): Promise<void> {
  const alone = await saidBy(await run());
  const both = await Promise.all([run(), run()]);
  for (const result of both)
    demand(
      (await saidBy(result)) === alone,
      'Two evaluations at once have other results than one: keep what a run needs in the run, not in the module.',
    );
}

async function needsServices(evaluator: EvaluatorSource, options: EvaluatorConformanceOptions): Promise<void> {
  if (options.provide === undefined) return;
  try {
    await evaluated(evaluator, options, {}, false);
  } catch (error) {
    demand(
      TouchstoneError.isInstance(error),
      `Without its services it throws ${String(error)}: take them by inject, and core says which one is missing.`,
    );
    return;
  }
  demand(false, 'It runs without the services that provide gives, so it does not take them by inject.');
}

async function isQuiet(run: Run, before: ReturnType<typeof globals>): Promise<void> {
  await run();
  let contacts: readonly string[] = [];
  const open = await leftOpen(async () => {
    contacts = await outsideContacts(() => run());
  });
  demand(contacts.length === 0, `It contacts ${contacts.join(', ')} past the door: in finish there is context.ask.`);
  demand(open.length === 0, `It leaves open after an evaluation: ${open.join(', ')}.`);
  const changed = changedGlobals(before);
  demand(changed.length === 0, `It changes ${changed.slice(0, 3).join(', ')}, which all code of the process shares.`);
}
