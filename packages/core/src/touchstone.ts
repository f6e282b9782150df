import { type AnnotateRequest, annotate } from './annotations/annotate.ts';
import { consoleLogger } from './console-logger.ts';
import {
  type Annotation,
  CLOCK,
  type Clock,
  DATASET_LOADERS,
  type Dataset,
  type DatasetLoader,
  DEFAULT_JUDGE,
  type DefaultJudge,
  ENGINE,
  type JournalReader,
  type Json,
  JUDGE,
  type LanguageModel,
  LOGGER,
  type Logger,
  type Metric,
  MODEL_TYPES,
  type Plan,
  type Plugin,
  PRICES,
  type Prices,
  type RegisteredModel,
  type Row,
  RUN_STORE,
  type RunLog,
  type RunRecord,
  type RunStore,
  type Service,
  type ServiceAddress,
} from './contracts/index.ts';
import { jsonFileLoaders } from './data/json-file-loaders.ts';
import { openData } from './data/open-data.ts';
import type { OpenedData } from './data/opened-data.ts';
import { type Problem, TouchstoneError, throwProblems } from './errors/touchstone-error.ts';
import { chooseEvaluators } from './evaluators/choose-evaluators.ts';
import { registeredModel } from './logged-models/find-logged-model.ts';
import { type LoadedModel, loadModel, restoreModel } from './logged-models/loaded-model.ts';
import { type RegisteredVersion, registerModel, setAlias, setStage } from './logged-models/model-registry.ts';
import type { ModelSpec } from './logged-models/model-spec.ts';
import { type LogModelOptions, specOfModel } from './logged-models/spec-of-model.ts';
import { latency } from './metrics/latency.ts';
import { presetTable } from './metrics/preset-table.ts';
import type { LoadUserModuleOptions } from './modules/load-user-module.ts';
import type { PairedRun } from './pairs/paired-run.ts';
import { type PairRow, pairsOf } from './pairs/pairs.ts';
import { checkRunOptions, checkScoreOptions, checkTouchstoneOptions } from './plan/check-options.ts';
import { registeredMetric } from './plan/choose-metrics.ts';
import { type JudgeSupply, resolveJudge } from './plan/default-judge.ts';
import type { EvaluateRequest } from './plan/evaluate-request.ts';
import { type PreparedEvaluation, prepareEvaluation } from './plan/prepare-evaluation.ts';
import { prepareScoring, type ScoringSetting } from './plan/prepare-scoring.ts';
import { resolveService } from './plan/resolve-model.ts';
import type { ScoreRequest } from './plan/score-request.ts';
import { coreVersion, provenanceOf, provenanceOfMetrics } from './provenance.ts';
import { type Container, createContainer, resolveMany, resolveOne } from './registry/container.ts';
import { definePlugin } from './registry/define-plugin.ts';
import { type OfferedPlugins, type Registrations, registerPlugins } from './registry/plugins.ts';
import { type RowPlace, type RowRecord, rowRecord } from './repro/row-record.ts';
import { chosenEvaluation } from './results/chosen-evaluation.ts';
import type { EvaluationResult } from './results/evaluation-result.ts';
import { findRun } from './results/find-run.ts';
import { storedResult } from './results/stored-result.ts';
import { earlierIn, summaryIn } from './results/stored-snapshot.ts';
import type { EvaluationSummary } from './results/summary.ts';
import { ActiveRun } from './run/active-run.ts';
import { gitTags } from './run/git-tags.ts';
import { localEngine } from './run/local-engine.ts';
import { paramsOf } from './run/plan-params.ts';
import { RunNotes } from './run/run-notes.ts';
import { openSession, type RunSession, type SessionRequest } from './run/run-session.ts';
import { STOPPED, Stopper } from './run/stopper.ts';
import { systemClock } from './run/system-clock.ts';
import { type ExportedRun, exportRun } from './run-file/export-run.ts';
import { type ImportedRun, importRun } from './run-file/import-run.ts';
import { locateRun } from './run-file/locate-run.ts';
import { type RunSearch, searchRuns } from './search/search-runs.ts';
import { memoryStore } from './store/memory-store.ts';
import { planSweep, runSweep } from './sweep/run-sweep.ts';
import { checkNoSweep, storedSweep } from './sweep/stored-sweep.ts';
import type { SweepRequest } from './sweep/sweep-request.ts';
import type { SweepResult } from './sweep/sweep-result.ts';
import { variable } from './wire/environment.ts';

const corePlugin: Plugin = definePlugin({
  name: '@touchstone/core',
  version: coreVersion(),
  metrics: [],
  register: (registry) => registry.metric('latency', (options) => latency(options)),
});

/** A Touchstone for programs that build their requests at run time, such as the command line; `createTouchstone` gives it its typed face. */
export class TouchstoneRuntime {
  readonly registrations: Registrations;
  readonly #container: Container;
  readonly #program: Readonly<Record<string, string>>;
  readonly #modules: LoadUserModuleOptions;
  readonly #stoppers = new Set<Stopper>();
  /** Stores of single evaluations, closed with this Touchstone's own. */
  readonly #stores = new Set<RunStore>();

  /**
   * @param program the program that it works for and its version, for the provenance of runs
   * @param modules how files of logged models are loaded
   * @param offered plug-ins that were found, and nobody asked for: one that cannot be used is left out and named in `registrations.leftOut`
   */
  constructor(
    options: { readonly plugins?: readonly Plugin[]; readonly store?: RunStore },
    program: Readonly<Record<string, string>> = {},
    modules: LoadUserModuleOptions = {},
    offered: OfferedPlugins = {},
  ) {
    throwProblems(checkTouchstoneOptions(options));
    this.#program = program;
    this.#modules = modules;
    this.#container = createContainer();
    this.#container.register<Clock>(CLOCK, { useValue: systemClock });
    this.#container.register<Logger>(LOGGER, { useValue: consoleLogger });
    this.#container.register(ENGINE, { useValue: localEngine });
    this.#container.register<RunStore>(RUN_STORE, { useValue: memoryStore() });
    this.registrations = registerPlugins(this.#container, corePlugin, options.plugins ?? [], offered);
    if (options.store !== undefined) this.#container.register<RunStore>(RUN_STORE, { useValue: options.store });
    this.#stores.add(this.store);
    const log = resolveOne<Logger>(this.#container, LOGGER, 'Touchstone');
    for (const sentence of this.registrations.warnings) log.warn(sentence);
  }

  get store(): RunStore {
    return resolveOne<RunStore>(this.#container, RUN_STORE, 'Touchstone');
  }

  /** What `evaluate` would do, without doing it: checks everything, asks no model, writes nothing. */
  async plan(request: EvaluateRequest): Promise<Plan> {
    return (await this.#prepare(request, this.#container.createChildContainer())).plan;
  }

  /** Data as `evaluate` reads it, for those who want to look at it. @throws TouchstoneError as `evaluate` does for its data */
  openData(data: unknown): Promise<OpenedData> {
    return openData(data, { loaders: this.#loaders() });
  }

  async evaluate(request: EvaluateRequest): Promise<EvaluationResult> {
    const container = this.#container.createChildContainer();
    if (isStore(request?.store)) container.register<RunStore>(RUN_STORE, { useValue: request.store });
    const prepared = await this.#prepare(request, container);
    const run = await this.#open(
      {
        ...request.run,
        ...(request.resume === undefined ? {} : { resume: request.resume }),
        params: { ...paramsOf(prepared.plan), ...request.run?.params },
        dataName: prepared.plan.data.name,
      },
      request.store,
      container,
      provenanceOfMetrics(prepared.metrics.map(({ metric }) => metric)),
    );
    return run.evaluateOnly(prepared, request);
  }

  /**
   * Evaluates several models, with several prompts, on the same data: a run each, below one run that stands for all of them, with one cap
   * on the costs. `resume: 'auto'` with `run.key` goes on with the cells that are not finished.
   *
   * @throws TouchstoneError with the mistakes of all cells at once, before anything is asked
   * @example
   * const swept = await touchstone.sweep({
   *   data: 'questions.jsonl', targets: 'ground_truth', extraMetrics: ['rougeL'],
   *   models: { mini: 'openai:/gpt-5-mini', big: 'openai:/gpt-5' },
   *   prompts: { short: 'Answer in one sentence: {question}', long: 'Explain in detail: {question}' },
   * });
   * console.log(swept);
   */
  async sweep(request: SweepRequest): Promise<SweepResult> {
    throwProblems(checkRunOptions(request.run ?? {}));
    const { store } = request;
    return runSweep(request, {
      store: store ?? this.store,
      plan: (one) => this.plan(one),
      start: (options) => this.#open(options, store, this.#container.createChildContainer()),
      evaluate: (one) => this.evaluate(one),
      result: (run) => storedResult(store ?? this.store, run),
    });
  }

  /** What each cell of a sweep would do, as `plan` says it for one evaluation. */
  async planSweep(request: SweepRequest): Promise<readonly { readonly cell: string; readonly plan: Plan }[]> {
    return planSweep(request, { plan: (one) => this.plan(one) });
  }

  /** The result of a stored sweep, by its run; `undefined` when that is no sweep. */
  async sweepResult(ref: string): Promise<SweepResult | undefined> {
    const run = await findRun(this.store.catalog, ref);
    return storedSweep(this.store.catalog, run, (one) => storedResult(this.store, one));
  }

  /** Starts a run that may hold several evaluations. `end` it, or use `await using`. */
  async startRun(options: SessionRequest = {}): Promise<ActiveRun> {
    throwProblems(checkRunOptions(options));
    return this.#open(options, undefined, this.#container.createChildContainer());
  }

  /** Runs `work` inside a run, and ends the run however `work` ends. */
  async withRun<T>(options: SessionRequest, work: (run: ActiveRun) => Promise<T> | T): Promise<T> {
    const run = await this.startRun(options);
    return run.conclude(async () => work(run));
  }

  /**
   * A registered metric by name, with options: what `--metric 'NAME {…}'` asks for.
   * @throws TouchstoneError `unknown-metric` with a did-you-mean or the package to install
   */
  metric(name: string, options?: Readonly<Record<string, Json>>): Metric {
    return registeredMetric(name, this.registrations, { options });
  }

  /** The default judge of an evaluation with these options, ready to be asked. @throws TouchstoneError as for a model by URI */
  judge(request: Pick<EvaluateRequest, 'judge' | 'judgeOptions'> = {}): LanguageModel | undefined {
    return this.#judge(request)();
  }

  /**
   * Stored runs, newest first; a run whose process died is `interrupted`.
   * @throws TouchstoneError `bad-where` with the place of what is not understood
   * @example
   * await touchstone.runs({ where: "metrics.rougeL/v1/mean > 0.4 and tags.git.branch = 'main'", limit: 10 });
   */
  runs(search: RunSearch = {}): Promise<readonly RunRecord[]> {
    return searchRuns(this.store.catalog, search);
  }

  /** A stored run's result, by id, unique beginning of an id, name, `@last` or `@last~1`; or that of an exported run, by its file. */
  async result(ref: string): Promise<EvaluationResult> {
    const { store, run } = await locateRun(this.store, ref);
    return storedResult(store, run);
  }

  /**
   * The outputs of two runs, or of more, as data: `inputs`, `output_a`, `output_b`, row by row, each run with each; for judges that compare.
   * Rows are paired by their keys, trials by their number. A row without a partner is there as well, says why in `unpaired`, and is
   * skipped by preference metrics. The data's other columns stand beside the outputs. Nothing is read before `evaluate` reads the rows.
   *
   * @throws TouchstoneError `bad-pairs`; when read `run-not-found`, `evaluation-not-chosen`, `no-pairs` (no row in common)
   * @example
   * await touchstone.evaluate({ data: touchstone.pairs('mini', 'big'), extraMetrics: [preference()], judge: 'anthropic:/claude-sonnet-5' });
   */
  pairs(first: PairedRun, second: PairedRun, ...more: readonly PairedRun[]): Dataset<PairRow> {
    return pairsOf([first, second, ...more], (ref) => this.result(ref));
  }

  /**
   * Writes all that the store knows of a run into one file, which `importRun` takes in anywhere: rows, predictions, scores with the
   * earlier ones, annotations, answered calls, plans and the result. Equal runs make equal files. Secrets are not in it, as they
   * are not in the store.
   *
   * @throws TouchstoneError `run-locked` while somebody works on the run; `output-not-written`; `cell-not-chosen` for a sweep
   * @example
   * await touchstone.exportRun('@last', 'nightly.zip');
   */
  async exportRun(ref: string, file: string): Promise<ExportedRun> {
    const { store, run } = await locateRun(this.store, ref);
    await checkNoSweep(store.catalog, run);
    return exportRun(store, run, file);
  }

  /**
   * Takes an exported run into the store: all of it, or nothing. Its hashes are verified. It can then be shown, resumed, scored and
   * annotated as where it comes from. A run that is there already with the same content is left alone: `isNew` is `false` then.
   *
   * @throws TouchstoneError `run-file-damaged`, `run-file-newer`, `not-a-run-file`, `run-file-missing`; `run-differs` when the store has another run with its id
   * @example
   * const { run, isNew } = await touchstone.importRun('nightly.zip');
   */
  importRun(file: string): Promise<ImportedRun> {
    return importRun(this.store, file);
  }

  /**
   * Adds metrics to a finished run, from its stored rows and predictions: the model is not asked, and neither the data nor the code of
   * the other metrics is needed. `rescore` makes the scores of metrics again that it has; the earlier ones are kept as superseded.
   * Metrics that are there already with the same signature are not computed again, which is logged.
   *
   * @throws TouchstoneError with every mistake at once, before anything is asked: `metric-differs`, `unknown-metric`, `run-unfinished`, …
   * @example
   * const results = await touchstone.score('@last', { extraMetrics: [rougeL()], rescore: [polite] });
   */
  async score(ref: string, request: ScoreRequest): Promise<EvaluationResult> {
    throwProblems(checkScoreOptions(request));
    const { id } = await this.#evaluatedRun(ref);
    const session = { id, resume: 'auto', finished: 'reopened' } as const;
    const run = await this.#open(session, undefined, this.#container.createChildContainer());
    return (await run.scoreOnly((opened) => this.#prepareScoring(request, opened), request)) ?? this.result(id);
  }

  /**
   * Keeps what a person says of a row, with author, time and reason. Under a metric's name it stands in place of that score in rows, tables
   * and aggregates, and the journal keeps the metric's own; any other name is a label. `value: null` takes it back.
   *
   * @throws TouchstoneError with every mistake, and then nothing is kept: `row-not-found`, `bad-annotation`, `evaluation-not-chosen`
   * @example
   * await touchstone.annotate('@last', { key: 'q017', name: 'polite', value: true, author: '김민지', reason: 'a joke among friends' });
   */
  async annotate(
    ref: string,
    said: AnnotateRequest | readonly AnnotateRequest[],
    { evaluation }: { readonly evaluation?: number } = {},
  ): Promise<readonly Annotation[]> {
    const run = await this.#evaluatedRun(ref);
    const { now } = resolveOne<Clock>(this.#container, CLOCK, 'Touchstone');
    return annotate([said].flat(), { store: this.store, run, evaluation, now: now() });
  }

  /** All that was ever said of the rows of a run, also what was taken back, in the order in which it was said. */
  async annotations(ref: string, { evaluation }: { readonly evaluation?: number } = {}): Promise<readonly Annotation[]> {
    const { catalog } = this.store;
    const run = await this.#evaluatedRun(ref);
    const { index } = chosenEvaluation(await catalog.evaluations(run.id), run, evaluation);
    return catalog.annotations(run.id, index);
  }

  /**
   * A logged model, to be evaluated as it is now, also when an alias moves on.
   *
   * @param uri `runs:/RUN/NAME`, `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/NAME/latest` or a stage in place of the version
   * @throws TouchstoneError `malformed-uri`, `run-not-found`, `model-not-found`, `model-run-deleted`, `model-spec-newer`; `unknown-scheme`
   *   naming the package to install
   * @example
   * await touchstone.evaluate({ model: await touchstone.loadModel('models:/support-bot@champion'), data, modelType: 'question-answering' });
   */
  async loadModel(uri: string): Promise<LoadedModel> {
    const loaded = await loadModel(this.store.catalog, uri);
    await this.#restore(loaded, this.store);
    return loaded;
  }

  /**
   * Registers a logged model as the next version of a name.
   *
   * @param uri what `logModel` gave, or another address of a logged model
   * @throws TouchstoneError `bad-model-name`, `malformed-uri`, `run-not-found`, `model-not-found`
   * @example
   * const { uri } = await touchstone.registerModel(modelUri, 'two-sentences'); // models:/two-sentences/1
   */
  registerModel(uri: string, name: string): Promise<RegisteredVersion> {
    const { now } = resolveOne<Clock>(this.#container, CLOCK, 'Touchstone');
    return registerModel(this.store.catalog, { uri, name, now: now() });
  }

  /** What `logModel` would keep, without keeping it. @throws TouchstoneError as `logModel` does */
  modelSpec(options: LogModelOptions): Promise<ModelSpec> {
    return specOfModel(options, { registrations: this.registrations, modules: this.#modules });
  }

  /** What an address means, also where the model could not be evaluated here. @throws TouchstoneError as `loadModel`, but for what is not installed */
  findModel(uri: string): Promise<LoadedModel> {
    return loadModel(this.store.catalog, uri);
  }

  /** @throws TouchstoneError `model-not-found` with a did-you-mean */
  registeredModel(name: string): Promise<RegisteredModel> {
    return registeredModel(this.store.catalog, name);
  }

  /** All registered models with their versions and aliases, by name. */
  registeredModels(): Promise<readonly RegisteredModel[]> {
    return this.store.catalog.registered();
  }

  /**
   * Lets `models:/name@alias` mean this version, and no other one.
   * @throws TouchstoneError `bad-alias`, `model-not-found`
   */
  setModelAlias(name: string, alias: string, version: number): Promise<void> {
    return setAlias(this.store.catalog, name, alias, version);
  }

  /** @throws TouchstoneError `model-not-found` */
  deleteModelAlias(name: string, alias: string): Promise<void> {
    return setAlias(this.store.catalog, name, alias, null);
  }

  /**
   * Puts a version into a stage: `models:/name/Production` is the newest one in it.
   * @param stage `Staging`, `Production`, `Archived` or `None`, in any case
   * @throws TouchstoneError `unknown-stage`, `model-not-found`
   */
  setModelStage(name: string, version: number, stage: string): Promise<void> {
    return setStage(this.store.catalog, name, version, stage);
  }

  /** What a run has logged: metrics with all their values, models, and the names of files. @throws TouchstoneError `run-not-found` */
  async logged(ref: string): Promise<RunLog> {
    const { id } = await findRun(this.store.catalog, ref);
    return (await this.store.catalog.logged([id])).get(id) ?? { metrics: [], models: [], artifacts: [] };
  }

  /** The content of a logged file. @throws TouchstoneError `run-not-found`, `artifact-not-found` */
  async artifact(ref: string, name: string): Promise<Uint8Array> {
    const { id } = await findRun(this.store.catalog, ref);
    return this.store.catalog.artifact(id, name);
  }

  /**
   * A row of a stored run with all that is known of it: cells, predictions, scores, and the calls that were made for it, each with what
   * was sent and what was answered.
   *
   * @throws TouchstoneError `row-not-found`, `run-not-found`, `evaluation-not-chosen`
   * @example
   * const { calls } = await touchstone.rowRecord('@last', { key: 'q017' });
   * for (const { purpose, sent, answer } of calls) console.log(purpose, sent?.request, answer.value);
   */
  async rowRecord(ref: string, place: RowPlace, { evaluation }: { readonly evaluation?: number } = {}): Promise<RowRecord> {
    return rowRecord(this.store, await this.#evaluatedRun(ref), place, evaluation);
  }

  /** Deletes a run and all of it, the models that it has logged as well: registered versions of these stay, and say so. */
  async deleteRun(ref: string): Promise<RunRecord> {
    const run = await findRun(this.store.catalog, ref);
    await this.store.catalog.delete(run.id);
    return run;
  }

  /** Lets running evaluations finish the rows in flight, and end as interrupted. */
  stop(): void {
    for (const stopper of this.#stoppers) stopper.finishInFlight(STOPPED);
  }

  async close(): Promise<void> {
    for (const store of this.#stores) await store[Symbol.asyncDispose]();
    this.#stores.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @throws TouchstoneError as {@link findRun} does, and `cell-not-chosen` for a sweep */
  async #evaluatedRun(ref: string): Promise<RunRecord> {
    const { catalog } = this.store;
    const run = await findRun(catalog, ref);
    await checkNoSweep(catalog, run);
    return run;
  }

  #loaders(): readonly DatasetLoader[] {
    return [...jsonFileLoaders, ...resolveMany(this.#container, DATASET_LOADERS)];
  }

  /** Services by URI for what asks while the run goes on: made once each. */
  #services(): (ref: ServiceAddress) => Service {
    const made = new Map<string, Service>();
    return (ref) => {
      const name = JSON.stringify(ref);
      const service = made.get(name) ?? resolveService(ref, this.registrations);
      made.set(name, service);
      return service;
    };
  }

  #scoringSetting(): ScoringSetting {
    const container = this.#container;
    return {
      registrations: this.registrations,
      prices: container.isRegistered(PRICES, true) ? resolveOne<Prices>(container, PRICES, 'Touchstone') : undefined,
      modelTypes: [...presetTable, ...resolveMany(container, MODEL_TYPES)],
      judge: (request) => this.#judge(request),
    };
  }

  /** The default judge: the request's, else one that a plug-in provides or names. Made when it is wanted, once. */
  #judge({ judge, judgeOptions }: Pick<EvaluateRequest, 'judge' | 'judgeOptions'>): JudgeSupply {
    let made: LanguageModel | undefined;
    const supply = () => {
      made ??= this.#makeJudge(judge, judgeOptions);
      return made;
    };
    const asked = judge ?? (this.#container.isRegistered(JUDGE, true) ? undefined : this.#namedJudge()?.model);
    return Object.assign(supply, typeof asked === 'string' ? { asked } : {});
  }

  #makeJudge(judge: EvaluateRequest['judge'], options: EvaluateRequest['judgeOptions']): LanguageModel | undefined {
    const container = this.#container;
    const provided = container.isRegistered(JUDGE, true);
    if (judge === undefined && provided) return resolveOne<LanguageModel>(container, JUDGE, 'Touchstone');
    const named = this.#namedJudge();
    if (judge !== undefined) return resolveJudge({ model: judge, ...(options && { options }) }, this.registrations);
    if (named === undefined) return undefined;
    return resolveJudge({ ...named, options: { ...named.options, ...options } }, this.registrations);
  }

  #namedJudge(): DefaultJudge | undefined {
    const container = this.#container;
    return container.isRegistered(DEFAULT_JUDGE, true)
      ? resolveOne<DefaultJudge>(container, DEFAULT_JUDGE, 'Touchstone')
      : undefined;
  }

  /** `undefined`: all that is asked for is there. */
  async #prepareScoring(request: ScoreRequest, { record: run, stored, reader }: RunSession) {
    const { index, plan, snapshot } = chosenEvaluation(stored, run, request.evaluation);
    const summary = finishedPart(run, snapshot);
    const rows = await firstRows(await reader(index));
    const { prepared, known } = prepareScoring(request, { run, plan, summary, rows }, this.#scoringSetting());
    const log = resolveOne<Logger>(this.#container, LOGGER, 'Touchstone');
    for (const sentence of known) log.warn(sentence);
    return prepared && { index, prepared };
  }

  #restore(model: unknown, { catalog }: RunStore) {
    return restoreModel(model, catalog, { registrations: this.registrations, modules: this.#modules });
  }

  #prepare(request: EvaluateRequest, container: Container): Promise<PreparedEvaluation> {
    const setting = this.#scoringSetting();
    const judge = this.#judge(request ?? {});
    // Evaluators are handed it; without one, that none is provided is the better sentence.
    if (this.#hasJudge(request)) container.register(JUDGE, { useFactory: judge });
    const store = resolveOne<RunStore>(container, RUN_STORE, 'Touchstone');
    return prepareEvaluation(request, {
      ...setting,
      judge: () => judge,
      store,
      restore: (model) => this.#restore(model, store),
      loaders: this.#loaders(),
      evaluatorsFor: (asked, modelType, problems: Problem[]) =>
        chooseEvaluators(asked, modelType, { container, ...setting }, problems),
    });
  }

  /** Whether somebody names a judge that is still to be made. */
  #hasJudge(request: EvaluateRequest): boolean {
    return (
      request?.judge !== undefined ||
      (this.#container.isRegistered(DEFAULT_JUDGE, true) && !this.#container.isRegistered(JUDGE, true))
    );
  }

  async #open(
    request: SessionRequest,
    given: RunStore | undefined,
    container: Container,
    provenance: Readonly<Record<string, string>> = {},
  ): Promise<ActiveRun> {
    const store = given ?? this.store;
    if (given !== undefined) this.#stores.add(given);
    const clock = resolveOne<Clock>(container, CLOCK, 'Touchstone');
    const tags = { ...(store.durable ? await gitTags() : {}), ...request.tags };
    const session = await openSession(
      store,
      { ...request, tags },
      { now: clock.now(), provenance: { ...provenance, ...provenanceOf(this.registrations.plugins, store), ...this.#program } },
    );
    const credentials = credentialsHere(this.registrations);
    const stopper = new Stopper();
    this.#stoppers.add(stopper);
    return new ActiveRun({
      session,
      container,
      stopper,
      calls: store.calls(session.record.id),
      cache: store.cache,
      service: this.#services(),
      notes: new RunNotes(
        {
          ...session,
          catalog: store.catalog,
          clock,
          credentials,
          specOf: (given) => this.modelSpec(given),
        },
        Object.keys(session.stored.length === 0 ? (request.params ?? {}) : {}),
      ),
      start: (options) => this.startRun(options),
      credentials,
      // In a container of its own: the judge of one evaluation must not be that of the next.
      prepare: (one) => this.#prepare(one, container.createChildContainer()),
      onEnd: () => this.#stoppers.delete(stopper),
    });
  }
}

/** The keys and tokens that the adapters may send, as far as the environment has them. */
function credentialsHere({ adapters }: Registrations): readonly string[] {
  const variables = [...adapters.values()].flatMap(({ value }) => value.about?.variables ?? []);
  const names = variables.flatMap(({ name, also = [], credential }) => (credential === true ? [name, ...also] : []));
  return names.flatMap((name) => variable(name) ?? []);
}

/** The result that metrics are added to. @throws TouchstoneError `run-unfinished` */
function finishedPart(run: RunRecord, snapshot: Json | undefined): EvaluationSummary {
  const summary = run.status === 'finished' ? summaryIn(snapshot) : earlierIn(snapshot);
  if (summary !== undefined) return summary;
  throw new TouchstoneError(
    'run-unfinished',
    `Run ${run.name} (${run.id.slice(0, 8)}) is not finished, and metrics are added to finished runs: resume it first.`,
  );
}

/** As many as a plan looks at. */
const PEEKED = 1_000;

async function firstRows(reader: JournalReader): Promise<readonly Row[]> {
  const first: Row[] = [];
  for await (const rows of reader.rows()) {
    first.push(...rows.map(({ row }) => row));
    if (first.length >= PEEKED) break;
  }
  return first.slice(0, PEEKED);
}

/** The request has not been checked when the container of its run is made. */
function isStore(store: unknown): store is RunStore {
  return typeof store === 'object' && store !== null;
}
