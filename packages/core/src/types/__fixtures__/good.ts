// Calls that must compile. The first group is the design's, the second what api.md promises beyond it.
import type { Dataset, Metric, Plugin } from '../../contracts/index.ts';
import {
  answer, batchModel, chat, createTouchstone, evaluate, faithfulness, fromPrompt, genai, generated, latency, loaded, makeGenaiMetric,
  opt, qa, questions, rag, rouge, rougeL, triage, type NumberedQA,
} from './declared.ts';

const rows = [{ question: 'q', ground_truth: 'a', n: 3 }, { question: 'q2', ground_truth: 'b', n: 4 }];

// static data
await evaluate({ data: [{ inputs: 'q', gt: 'a', predictions: 'p' }], targets: 'gt', predictions: 'predictions', extraMetrics: [rougeL(), latency()] });
// a function model, before the data
await evaluate({ model: async ({ question }) => answer(question), data: rows, targets: 'ground_truth', extraMetrics: [rougeL()] });
// rows of an interface
await evaluate({ data: qa, model: ({ question }) => answer(question), targets: 'ground_truth', extraMetrics: [rougeL()] });
// several outputs, mapped
await evaluate({ data: qa, model: ({ question }) => rag(question), targets: 'ground_truth', predictions: 'answer',
  columns: { inputs: 'question', context: 'passages' }, extraMetrics: [rougeL(), faithfulness()] });
// a file
await evaluate({ data: 'x.jsonl', targets: 'gt', predictions: 'p', extraMetrics: [rougeL(), faithfulness()] });
// rows of which nothing is known
declare const unknownRows: AsyncIterable<Record<string, unknown>>;
declare const anyRows: any[];
declare const driverRows: AsyncIterable<any>;
await evaluate({ data: unknownRows, targets: 'gt', predictions: 'p', extraMetrics: [rougeL()] });
await evaluate({ data: anyRows, targets: 'gt', predictions: 'p', extraMetrics: [rougeL()] });
await evaluate({ data: () => driverRows, targets: 'gt', predictions: 'p', extraMetrics: [faithfulness()] });
// texts
await evaluate({ data: ['a', 'b'], model: ({ inputs }) => inputs.toUpperCase(), extraMetrics: [latency()] });
// names
const touchstone = createTouchstone({ plugins: [rouge(), genai()] });
await touchstone.evaluate({ data: qa, targets: 'ground_truth', model: ({ question }) => answer(question), extraMetrics: ['rougeL', latency()] });
// names beside plug-ins that have none, as adapters and stores are
declare const adapters: readonly [Plugin<Readonly<Record<never, never>>>];
const mixed = createTouchstone({ plugins: [...adapters, rouge(), genai()] });
await mixed.evaluate({ data: qa, targets: 'ground_truth', model: ({ question }) => answer(question), extraMetrics: ['rougeL', latency()] });
// templates
await evaluate({ data: qa, model: chat('openai:/x', 'Q: {question} json {"a": 1}'), targets: 'ground_truth', extraMetrics: [rougeL(), opt()] });
await evaluate({ data: 'a.jsonl', model: chat('openai:/x', 'Q: {question}'), targets: 'ground_truth', extraMetrics: [rougeL()] });
await evaluate({ data: 'a.jsonl', model: ({ question }) => `${question}`, targets: 'ground_truth', extraMetrics: [rougeL()] });
// judges
const prof = makeGenaiMetric({ name: 'prof', definition: '', gradingContextColumns: ['context'], examples: [{ input: '', output: '', score: 4, gradingContext: { context: '' } }] });
const rules = fromPrompt({ name: 'follows_rules', judgePrompt: 'Does {predictions} answer {inputs} given {policy}?' });
await evaluate({ data: qa, model: async ({ question }) => ({ answer: question, context: ['x'], policy: 'p' }), predictions: 'answer', columns: { inputs: 'question' }, extraMetrics: [prof, rules] });
// kinds of data
await evaluate({ data: [{ question: 'q', gt: 'x' }, { question: 'q', gt: 'x', extra: 1 }], targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });
await evaluate({ data: questions, targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });
await evaluate({ data: generated, targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });
await evaluate({ data: generated(), targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });
await evaluate({ data: new Set([{ question: 'q', gt: 'x' }]), targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });
await evaluate({ data: [[1, 2], [3, 4]], model: () => 'x', extraMetrics: [opt()] });
// names that are known at run time only
declare const discovered: Plugin;
const open = createTouchstone({ plugins: [discovered as Plugin<Record<string, Metric>>] });
await open.evaluate({ data: qa, model: async ({ question }) => question, extraMetrics: ['whatever'] });
const dynamic: string[] = ['a'];
await open.evaluate({ data: qa, model: async ({ question }) => question, extraMetrics: dynamic });
const list: Metric[] = [rougeL()];
await evaluate({ data: qa, model: async ({ question }) => question, extraMetrics: list });
// a cell that may be null is skipped at run time
await evaluate({ data: [{ question: 'q', gt: 'x' as string | null }], targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });

// ── beyond the design's cases ──

// inputs: a column, or several
await evaluate({ data: qa, inputs: 'question', model: () => rag('q'), predictions: 'answer', columns: { context: 'passages' }, extraMetrics: [faithfulness()] });
await evaluate({ data: qa, inputs: ['question', 'ground_truth'], model: ({ question }) => question, extraMetrics: [latency()] });
await evaluate({ data: 'a.jsonl', inputs: ['a', 'b'], model: 'openai:/gpt-5-mini', extraMetrics: [latency()] });
// targets beside the data
await evaluate({ data: ['a', 'b'], targets: ['A', 'B'], model: ({ inputs }) => inputs.toUpperCase(), extraMetrics: [rougeL()] });
await evaluate({ data: [['a', 1], ['b', 2]], featureNames: ['letter', 'rank'], targets: ['A', 'B'], model: ({ letter, rank }) => `${letter}${rank}`, extraMetrics: [rougeL()] });
// names for texts, features of rows
await evaluate({ data: ['a', 'b'], featureNames: ['question'], model: ({ question }) => question.trim(), columns: { inputs: 'question' }, extraMetrics: [latency()] });
await evaluate({ data: rows, featureNames: ['question'], targets: 'ground_truth', model: ({ question }) => question, extraMetrics: [rougeL()] });
// the second argument
await evaluate({ data: qa, model: async ({ question }, call) => { call.log.info(`${call.rowKey} ${call.trial}`); call.signal.throwIfAborted(); return question; }, extraMetrics: [opt()] });
await evaluate({ data: qa, model: ({ question }, { signal, trial }) => answer(question + trial + signal.aborted), trials: 3, extraMetrics: [opt()] });
// Model objects, URIs and no model at all
await evaluate({ data: qa, model: loaded, targets: 'ground_truth', predictions: 'answer', columns: { context: 'passages' }, extraMetrics: [rougeL(), faithfulness()] });
await evaluate({ data: qa, model: 'openai:/gpt-5-mini', inputs: 'question', targets: 'ground_truth', modelType: 'question-answering' });
await evaluate({ data: qa, predictions: 'question', targets: 'ground_truth', modelType: 'our-own-type' });
// batch models: lists of outputs, maps of columns, annotated rows
await evaluate({ data: qa, model: batchModel(async (all) => all.map(({ question }) => `${question}`), { size: 32 }), targets: 'ground_truth', extraMetrics: [rougeL()] });
await evaluate({ data: qa, model: batchModel((all: readonly { question: string }[]) => ({ answer: all.map((row) => row.question), context: all.map(() => 'c') }), { size: 32 }), targets: 'ground_truth', predictions: 'answer', extraMetrics: [rougeL(), faithfulness()] });
// a single named output needs no saying
await evaluate({ data: qa, model: async ({ question }) => ({ text: question }), targets: 'ground_truth', extraMetrics: [rougeL()] });
// a text model whose output gets a name
await evaluate({ data: qa, model: ({ question }) => answer(question), predictions: 'reply', targets: 'ground_truth', extraMetrics: [rougeL()] });
// evaluators
await evaluate({ data: qa, model: loaded, evaluators: 'default', modelType: 'text' });
await evaluate({ data: qa, model: loaded, evaluators: ['default', triage], evaluatorConfig: { default: { retrieverK: 5 } }, modelType: 'text' });
// MLflow's spelling of the mapping
await evaluate({ data: qa, model: ({ question }) => rag(question), predictions: 'answer', evaluatorConfig: { colMapping: { context: 'passages' } }, extraMetrics: [faithfulness()] });
await evaluate({ data: qa, model: ({ question }) => rag(question), predictions: 'answer', evaluatorConfig: { default: { colMapping: { context: 'passages' } } }, extraMetrics: [faithfulness()] });
// id and cluster are columns, and the model does not see them
await evaluate({ data: [{ key: 1, doc: 'a', question: 'q' }], id: 'key', cluster: 'doc', model: ({ question, ...rest }) => { rest satisfies Record<never, never>; return question; }, extraMetrics: [opt()] });
// everything else
await evaluate({
  data: qa, model: ({ question }) => question, extraMetrics: [opt()], trials: 2, limit: 10, sample: 5, seed: 7,
  limits: { concurrency: 4, timeout: 30, errorBudget: 0.1 },
  run: { experiment: 'e', name: 'n', key: 'nightly', tags: { git: 'abc' } }, resume: 'auto',
  signal: AbortSignal.timeout(1000), onProgress: ({ done, total, failed, elapsedMs }) => console.log(done, total ?? '?', failed, elapsedMs),
});
// cells of database drivers become text when they are read
await evaluate({ data: [{ question: 'q', day: new Date(), id: 1n }], targets: 'day', model: ({ question }) => question, extraMetrics: [rougeL()] });
// data of any, and data sets of which only the run knows the columns
await evaluate({ data: JSON.parse('[]'), targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL()] });
declare const described: Dataset<{ question: string; gt: string }>;
declare const opaque: Dataset;
await evaluate({ data: described, model: ({ question }) => question, extraMetrics: [rougeL()] });
await evaluate({ data: opaque, targets: 'gt', model: ({ question }) => question, extraMetrics: [rougeL(), faithfulness()] });
// rows of the same type, wherever they come from
declare const union: NumberedQA[] | AsyncIterable<NumberedQA>;
await evaluate({ data: union, targets: 'ground_truth', model: ({ question, n }) => question + n.toFixed(), extraMetrics: [rougeL()] });
await evaluate({ data: async () => rows, targets: 'ground_truth', model: ({ question }) => question, extraMetrics: [rougeL()] });
// the result
const { metrics } = await evaluate({ data: qa, model: ({ question }) => question, extraMetrics: [opt()] });
metrics.rougeL satisfies number | undefined;
// without metrics
await evaluate({ data: qa, model: ({ question }) => question, modelType: 'text' });
// a data column named `targets`
await evaluate({ data: [{ inputs: 'q', targets: 'a' }], model: ({ inputs }) => inputs, extraMetrics: [rougeL()] });
// a model of which nothing is known
declare const fetchAnything: (question: string) => Promise<any>;
await evaluate({ data: qa, model: ({ question }) => fetchAnything(question), predictions: 'answer', targets: 'ground_truth', extraMetrics: [rougeL(), faithfulness()] });
await evaluate({ data: qa, model: ({ question }) => fetchAnything(question), extraMetrics: [opt()] });
// outputs that are there only sometimes
await evaluate({ data: qa, model: ({ question }): { answer: string; context?: string } => ({ answer: question }), predictions: 'answer', extraMetrics: [faithfulness()] });
// an options object that was made elsewhere
const prepared = { data: qa, targets: 'ground_truth', model: (row: { question: string }) => row.question } as const;
await evaluate({ ...prepared, extraMetrics: [rougeL()] });
