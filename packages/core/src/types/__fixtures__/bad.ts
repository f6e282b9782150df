// Calls that must not compile: each marked line has exactly one error, on the element that is wrong, and its message says what the mark says.
import {
  answer, batchModel, chat, createTouchstone, evaluate, faithfulness, fromPrompt, genai, generated, latency, makeGenaiMetric,
  numbered, opt, qa, rag, rouge, rougeL,
} from './declared.ts';

const touchstone = createTouchstone({ plugins: [rouge(), genai()] });
const prof = makeGenaiMetric({ name: 'prof', definition: '', gradingContextColumns: ['context'] });
const rules = fromPrompt({ name: 'follows_rules', judgePrompt: 'Does {predictions} answer {inputs} given {policy}?' });

// ── columns ──
await evaluate({
  data: numbered,
  predictions: 'question',
  targets: 'ground_thruth', // error: Did you mean '"ground_truth"'?
  extraMetrics: [rougeL()],
});
await evaluate({
  data: numbered,
  predictions: 'question',
  extraMetrics: [
    latency(),
    rougeL(), // error: rougeL: needs targets: say which column holds them with targets: '…'
  ],
});
await evaluate({
  data: numbered,
  model: ({ question }) => answer(question),
  columns: { inputs: 'question' },
  extraMetrics: [
    faithfulness(), // error: faithfulness: needs column 'context': add it, or map it with columns: { context: '…' }
  ],
});
await evaluate({
  data: numbered,
  predictions: 'question',
  targets: 'n',
  extraMetrics: [
    rougeL(), // error: rougeL: column 'targets' has the wrong type: it is a number, and must be text
  ],
});
await evaluate({
  data: numbered,
  targets: 'ground_truth',
  model: ({
    question,
    ground_truth, // error: Property 'ground_truth' does not exist on type
  }) => answer(question + ground_truth),
  extraMetrics: [rougeL()],
});
await evaluate({
  data: numbered,
  model: ({ question }) => rag(question),
  targets: 'ground_truth',
  predictions: 'answer',
  columns: {
    inputs: 'quesion', // error: Did you mean '"question"'?
    context: 'passages',
  },
  extraMetrics: [faithfulness()],
});
await evaluate({
  data: numbered,
  model: ({ question }) => rag(question),
  targets: 'ground_truth',
  extraMetrics: [
    rougeL(), // error: rougeL: the model returns several outputs: say which one is the prediction with predictions: '…'
  ],
});
await evaluate({
  data: generated,
  targets: 'gtt', // error: Type '"gtt"' is not assignable to type '"gt" | "question"'
  model: ({ question }) => question,
  extraMetrics: [rougeL()],
});
await evaluate({
  data: qa,
  predictions: 'question',
  extraMetrics: [
    faithfulness(), // error: faithfulness: needs column 'context'
  ],
});
await evaluate({
  data: qa,
  model: chat('openai:/x', 'Q: {quesion}'), // error: Property 'quesion' is missing
  targets: 'ground_truth',
  extraMetrics: [rougeL()],
});
await evaluate({
  data: qa,
  model: async ({ question }) => ({ answer: question, policy: 'p' }),
  predictions: 'answer',
  columns: { inputs: 'question' },
  extraMetrics: [
    prof, // error: prof: needs column 'context'
    rules,
  ],
});
await evaluate({
  data: qa,
  model: ({ question }) => rag(question),
  predictions: 'anwser', // error: Did you mean '"answer"'?
  targets: 'ground_truth',
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  model: ({ question }) => answer(question),
  predictions: 'ground_truth', // error: with a model, predictions names one of its outputs, and 'ground_truth' is a column of the data
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  inputs: 'quesion', // error: Did you mean '"question"'?
  model: ({ question }) => answer(question),
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  inputs: [
    'question',
    'grond_truth', // error: Did you mean '"ground_truth"'?
  ],
  model: ({ question }) => answer(question),
  extraMetrics: [latency()],
});
await evaluate({
  data: numbered,
  inputs: 'n',
  model: ({ question }) => rag(question),
  predictions: 'answer',
  columns: { context: 'passages' },
  extraMetrics: [
    faithfulness(), // error: faithfulness: column 'inputs' has the wrong type: it is a number, and must be text
  ],
});
await evaluate({
  data: qa,
  id: 'key', // error: Type '"key"' is not assignable to type 'keyof QA'
  model: ({ question }) => question,
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  cluster: 'document', // error: Type '"document"' is not assignable to type 'keyof QA'
  model: ({ question }) => question,
  extraMetrics: [latency()],
});
await evaluate({
  data: numbered,
  id: 'n',
  model: ({
    question,
    n, // error: Property 'n' does not exist on type
  }) => answer(question + n),
  extraMetrics: [latency()],
});
await evaluate({
  data: numbered,
  featureNames: [
    'quesion', // error: Did you mean '"question"'?
  ],
  model: () => 'x',
  extraMetrics: [latency()],
});
await evaluate({
  data: numbered,
  featureNames: ['question'],
  model: ({
    question,
    n, // error: Property 'n' does not exist on type
  }) => answer(question + n),
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  targets: ['a'], // error: is not assignable to type
  model: ({ question }) => question,
  extraMetrics: [latency()],
});
await evaluate({
  data: ['a', 'b'],
  targets: [1, 2],
  model: ({ inputs }) => inputs,
  extraMetrics: [
    rougeL(), // error: rougeL: column 'targets' has the wrong type: it is a number, and must be text
  ],
});
await evaluate({
  data: qa,
  model: async ({ question }) => question.length,
  extraMetrics: [
    opt(), // error: opt: column 'predictions' has the wrong type: it is a number, and must be text
  ],
});
await evaluate({
  data: qa,
  model: async ({ question }) => ({ answer: question, note: 3 }),
  predictions: 'answer',
  extraMetrics: [
    opt(), // error: opt: column 'note' has the wrong type: it is a number, and must be text
  ],
});
await evaluate({
  data: qa,
  model: ({ question }) => rag(question),
  predictions: 'answer',
  evaluatorConfig: {
    colMapping: {
      context: 'pasages', // error: Did you mean '"passages"'?
    },
  },
  extraMetrics: [faithfulness()],
});

// ── metrics ──
await touchstone.evaluate({
  data: numbered,
  targets: 'ground_truth',
  model: ({ question }) => answer(question),
  extraMetrics: [
    'rougel', // error: Did you mean '"rougeL"'?
  ],
});
await touchstone.evaluate({
  data: numbered,
  targets: 'ground_truth',
  model: ({ question }) => answer(question),
  extraMetrics: [
    'rougeL',
    'faithfulness', // error: faithfulness: needs column 'context': add it, or map it with columns: { context: '…' }
  ],
});
await evaluate({
  data: numbered,
  model: ({ question }) => answer(question),
  targets: 'ground_truth',
  extraMetrics: [
    rougeL, // error: is not assignable to type
  ],
});
await evaluate({
  data: numbered,
  model: ({ question }) => answer(question),
  targets: 'ground_truth',
  extraMetrics: [
    'rougeL', // error: is not assignable to type
  ],
});
makeGenaiMetric({
  name: 'prof',
  definition: '',
  gradingContextColumns: ['context'],
  examples: [
    { input: '', output: '', score: 4 }, // error: Property 'gradingContext' is missing
  ],
});

// ── models ──
await evaluate({
  data: qa,
  model: ({ question }, call) =>
    call.fetchh(question), // error: Property 'fetchh' does not exist on type 'ModelCall'
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  model: batchModel((rows: readonly { quesion: string }[]) => rows.map((row) => row.quesion), { size: 8 }), // error: Property 'quesion' is missing
  extraMetrics: [latency()],
});
await evaluate({
  data: qa,
  model: batchModel(async (rows) => rows.map(() => 7), { size: 8 }),
  extraMetrics: [
    opt(), // error: opt: column 'predictions' has the wrong type: it is a number, and must be text
  ],
});
await evaluate({
  data: qa,
  model: 42, // error: Type 'number' is not assignable to type
  extraMetrics: [latency()],
});

await evaluate({
  data: ['a', 'b'],
  model: (row: { question: string }) => row.question, // error: Property 'question' is missing
  extraMetrics: [latency()],
});

await evaluate({
  data: qa,
  targets: 'ground_truth',
  model: (row: { question: string; ground_truth: string }) => row.ground_truth, // error: Property 'ground_truth' is missing
  extraMetrics: [latency()],
});

// ── options ──
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [opt()],
  groupBy: 'question', // error: 'groupBy' does not exist in type
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [opt()],
  limits: {
    concurency: 3, // error: 'concurency' does not exist in type 'Limits'
  },
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [opt()],
  trials: '3', // error: Type 'string' is not assignable to type 'number'
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [opt()],
  evaluators: [
    7, // error: Type 'number' is not assignable to type 'EvaluatorOption'
  ],
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [opt()],
  resume: 'always', // error: Type '"always"' is not assignable to type '"auto" | false | ResumeOptions'
});
await evaluate({
  data: [1, 2, 3], // error: Type 'number' is not assignable to type
  model: () => 'x',
  extraMetrics: [opt()],
});
