import {
  createTouchstone,
  definePlugin,
  type EvaluateRequest,
  type EvaluationResult,
  LOGGER,
  metric,
  type RunStatus,
  TRACKERS,
  type Tracker,
} from '@touchstone/core';
import { type Check, demand } from './check.ts';
import { hostileTexts } from './hostile-texts.ts';
import { leftOpen } from './left-open.ts';

/** A tracker, and how to see what it has been told. */
export interface TrackerAtWork extends AsyncDisposable {
  readonly tracker: Tracker;
  /** What the place that it tells knows of a run; `undefined`: nothing. */
  told(runId: string): Promise<ToldRun | undefined> | ToldRun | undefined;
}

export interface ToldRun {
  readonly status: RunStatus;
  /** Metrics of the result, by key; where the place keeps them. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Gives a tracker of a place of its own each time. Called once a check. */
export type MakeTracker = () => TrackerAtWork | Promise<TrackerAtWork>;

/** The rules of a tracker, each as a check. */
export function trackerChecks(make: MakeTracker): readonly Check[] {
  return [
    { name: 'is told of a run from its start to its end', run: () => isToldAll(make) },
    { name: 'is told of a run that fails', run: () => isToldOfFailure(make) },
    { name: 'keeps two runs at once apart', run: () => keepsApart(make) },
    { name: 'takes any text', run: () => takesAnyText(make) },
    { name: 'leaves nothing open', run: () => leavesNothingOpen(make) },
  ];
}

const length = metric('conformance_length', ({ predictions }) => predictions.length);

interface Told {
  readonly result: EvaluationResult;
  /** What the tracker threw. */
  readonly warnings: readonly string[];
}

async function evaluateWith(tracker: Tracker, request: Partial<EvaluateRequest> = {}): Promise<Told> {
  const warnings: string[] = [];
  const plugin = definePlugin({
    name: 'conformance',
    register(registry) {
      registry.add(TRACKERS, tracker);
      registry.provide(LOGGER, { info: () => undefined, warn: (message) => void warnings.push(message) });
    },
  });
  const touchstone = createTouchstone({ plugins: [plugin] }) as unknown as {
    evaluate(request: EvaluateRequest): Promise<EvaluationResult>;
  };
  const result = await touchstone.evaluate({
    data: [{ answer: 'one' }, { answer: '둘입니다' }],
    predictions: 'answer',
    extraMetrics: [length],
    run: { name: 'conformance' },
    ...request,
  });
  return { result, warnings: [...warnings, ...result.warnings].filter((warning) => warning.includes(tracker.name)) };
}

async function isToldAll(make: MakeTracker): Promise<void> {
  await using at = await make();
  const { result, warnings } = await evaluateWith(at.tracker);
  demand(warnings.length === 0, `It throws: ${warnings[0]}`);
  const told = await at.told(result.run.id);
  demand(told !== undefined, 'The run is over, and its place knows nothing of it: end() resolves when everything is told.');
  demand(told.status === 'finished', `The run is finished, and its place says '${told.status}'.`);
  for (const [key, value] of Object.entries(told.metrics ?? {}))
    demand(
      key in result.metrics && Object.is((result.metrics as Readonly<Record<string, number>>)[key], value),
      `Its place says that ${key} is ${value}, and the result does not.`,
    );
}

async function isToldOfFailure(make: MakeTracker): Promise<void> {
  await using at = await make();
  const { result } = await evaluateWith(at.tracker, {
    predictions: undefined as never,
    model: () => {
      throw new Error('no answer');
    },
    limits: { errorBudget: 0 },
  }).catch(() => ({ result: undefined }));
  if (result === undefined) return;
  const told = await at.told(result.run.id);
  demand(
    told?.status === result.run.status,
    `The run is ${result.run.status}, and its place says '${told?.status ?? 'nothing'}'.`,
  );
}

async function keepsApart(make: MakeTracker): Promise<void> {
  await using at = await make();
  const runs = await Promise.all([evaluateWith(at.tracker), evaluateWith(at.tracker, { data: [{ answer: 'a longer answer' }] })]);
  for (const { result, warnings } of runs) {
    demand(warnings.length === 0, `It throws: ${warnings[0]}`);
    const told = await at.told(result.run.id);
    demand(told !== undefined, 'Of two runs at once its place knows only one.');
    const mean = told.metrics?.['conformance_length/mean'];
    demand(
      mean === undefined || Object.is(mean, result.metrics['conformance_length/mean' as never]),
      'Of two runs at once it tells the metrics of one as those of the other.',
    );
  }
}

async function takesAnyText(make: MakeTracker): Promise<void> {
  await using at = await make();
  const data = Object.values(hostileTexts).map((text) => ({ answer: text }));
  const { result, warnings } = await evaluateWith(at.tracker, {
    data,
    run: { name: '야간 실행 / "quoted" <b>', tags: { note: '한국어\n둘째 줄' } },
  });
  demand(warnings.length === 0, `It throws at a text: ${warnings[0]}`);
  demand((await at.told(result.run.id)) !== undefined, 'Its place knows nothing of a run with a Korean name.');
}

async function leavesNothingOpen(make: MakeTracker): Promise<void> {
  const open = await leftOpen(async () => {
    await using at = await make();
    await evaluateWith(at.tracker);
  });
  demand(open.length === 0, `It leaves open: ${open.join(', ')}.`);
}
