/** What MLflow's page on evaluating LLMs says can be done, and the snippet that does it. */
export interface Statement {
  readonly topic: 'model' | 'data' | 'preset' | 'metrics' | 'judge' | 'results';
  readonly says: string;
  readonly file: string;
  /** Code of the file that does it. */
  readonly code: string;
  /** Lines that it prints then. */
  readonly prints?: readonly string[];
  /** Texts of the requests that it sends then. */
  readonly sends?: readonly string[];
}

export const statements: readonly Statement[] = [
  {
    topic: 'model',
    says: 'A model is logged with its messages',
    file: '02-log-a-model.ts',
    code: 'run.logModel({',
    prints: ["{ role: 'user', content: '{question}' }"],
    sends: ['Answer in two sentences at most.', 'Why does bread dough rise?'],
  },
  {
    topic: 'model',
    says: 'A logged model is evaluated by its URI',
    file: '03-evaluate-a-logged-model.ts',
    code: 'model: logged.modelUri',
    prints: ['exact_match/v1'],
  },
  {
    topic: 'model',
    says: 'A registered model is evaluated by its URI',
    file: '11-registered-model.ts',
    code: "model: 'models:/basic-qa@champion'",
    prints: ['models:/basic-qa/1', 'exact_match/v1'],
  },
  {
    topic: 'model',
    says: 'A function from texts to texts is a model',
    file: '04-function-as-model.ts',
    code: 'model: openaiQa',
    prints: ['exact_match: needs targets'],
  },
  {
    topic: 'model',
    says: 'A pipeline is a model',
    file: '12-pipeline.ts',
    code: 'model: fromPipeline(summarizer)',
    prints: ['rougeL/v1/mean'],
  },
  {
    topic: 'model',
    says: 'A served model is asked at its endpoint',
    file: '13-endpoint.ts',
    code: 'model: endpoints.scoring',
    prints: ['exact_match/v1'],
  },
  {
    topic: 'model',
    says: 'Without a model, outputs that exist are evaluated',
    file: '05-outputs-that-exist.ts',
    code: "predictions: 'predictions'",
    prints: ['answer_similarity/v1/mean'],
  },
  { topic: 'data', says: 'A table of rows', file: '14-data.ts', code: 'data: rows,', prints: ['rows {'] },
  { topic: 'data', says: 'A list of texts', file: '14-data.ts', code: 'data: texts,', prints: ['texts {'] },
  { topic: 'data', says: 'An array of lists, with names', file: '14-data.ts', code: 'data: lists,', prints: ['lists {'] },
  { topic: 'data', says: 'A named data set', file: '14-data.ts', code: 'data: named,', prints: ['dataset {'] },
  { topic: 'data', says: 'A file', file: '14-data.ts', code: 'capitals.jsonl', prints: ['file {'] },
  {
    topic: 'preset',
    says: 'question-answering: exact_match, toxicity, ari_grade_level, flesch_kincaid_grade_level',
    file: '06-preset-by-model-type.ts',
    code: "modelType: 'question-answering'",
    prints: ['exact_match/v1', 'toxicity/v1/mean', 'ari_grade_level/v1/mean', 'flesch_kinca'],
  },
  {
    topic: 'preset',
    says: 'text-summarization: four kinds of ROUGE, toxicity, ari_grade_level, flesch_kincaid_grade_level',
    file: '12-pipeline.ts',
    code: "modelType: 'text-summarization'",
    prints: [
      'rouge1/v1/mean',
      'rouge2/v1/mean',
      'rougeL/v1/mean',
      'rougeLsum/v1/mean',
      'toxicity/v1/mean',
      'ari_grade_level/v1/mean',
      'flesch_kinc',
    ],
  },
  {
    topic: 'preset',
    says: 'text: toxicity, ari_grade_level, flesch_kincaid_grade_level',
    file: '14-data.ts',
    code: "modelType: 'text'",
    prints: ['toxicity/v1/mean', 'ari_grade_level/v1/mean', 'flesch_kinc'],
  },
  {
    topic: 'preset',
    says: 'Metrics need optional packages',
    file: '19-optional-packages.ts',
    code: 'plugins: [text()]',
    prints: ['npm i @touchstone/metric-toxicity', 'npm i @touchstone/metric-tokens'],
  },
  {
    topic: 'metrics',
    says: 'Further metrics beside those of a model type',
    file: '07-preset-and-latency.ts',
    code: 'extraMetrics: [latency()]',
    prints: ['latency/mean', 'exact_match/v1'],
  },
  {
    topic: 'metrics',
    says: 'Without a model type, only the metrics that are named',
    file: '08-only-these-metrics.ts',
    code: 'extraMetrics: [toxicity(), latency()]',
    prints: ['latency/mean', 'toxicity/v1/mean', 'toxicity/v1/ratio'],
  },
  {
    topic: 'metrics',
    says: 'Metrics of your own',
    file: '16-own-metric.ts',
    code: 'extraMetrics: [brief, wordsOfContext()]',
    prints: ['brief/mean', 'words_of_context/mean'],
  },
  {
    topic: 'judge',
    says: 'A judge compares with the ground truth',
    file: '05-outputs-that-exist.ts',
    code: 'answerSimilarity()',
    prints: ['answer_similarity/v1/mean'],
    sends: ['The green chlorophyll in them breaks down'],
  },
  {
    topic: 'judge',
    says: 'A judge by a model of your choice',
    file: '09-answer-relevance.ts',
    code: "answerRelevance({ model: 'openai:/gpt-4' })",
    prints: ['answer_relevance/v1/mean'],
    sends: ['"model":"gpt-4"', 'Why do leaves turn yellow in autumn?', 'Because the nights get colder.'],
  },
  {
    topic: 'judge',
    says: 'A judge is told definition, grading criteria, examples, input, output and context',
    file: '15-own-judge.ts',
    code: 'makeGenaiMetric({',
    prints: ['professionalism/v1/mean'],
    sends: [
      'How formal, respectful and to the point',
      'Score 1: slang, or rude.',
      'Yeah, sure thing.',
      'Can I change the address?',
      'Nope, too late, mate.',
      'Addresses can be changed until',
    ],
  },
  ...['OPENAI_API_TYPE', 'OPENAI_API_VERSION', 'OPENAI_API_BASE', 'OPENAI_DEPLOYMENT_NAME'].map(
    (name): Statement => ({
      topic: 'judge',
      says: `A judge at Azure: ${name}`,
      file: '01-azure-environment.ts',
      code: `process.env.${name} = `,
      prints: ['openai:/gpt-4 is answered by azure-openai:/our-gpt-4.'],
    }),
  ),
  {
    topic: 'results',
    says: 'Aggregates: results.metrics',
    file: '10-results.ts',
    code: 'console.log(results.metrics)',
    prints: ["'exact_match/v1': 0.5"],
  },
  {
    topic: 'results',
    says: 'Rows: results.tables["eval_results_table"]',
    file: '10-results.ts',
    code: 'results.tables.eval_results_table',
    prints: ['answer_similarity/v1/score', "'Which month has the fewest days?'"],
  },
];
