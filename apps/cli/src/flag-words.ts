/** Options of `evaluate` that are flags of `run`. */
const FLAGS: Readonly<Record<string, string>> = {
  data: '--data',
  model: '--model',
  inputs: '--inputs',
  targets: '--targets',
  predictions: '--predictions',
  modelType: '--model-type',
  evaluators: '--evaluator',
  id: '--id',
  cluster: '--cluster',
  trials: '--trials',
  limit: '--limit',
  sample: '--sample',
  seed: '--seed',
  concurrency: '--concurrency',
  modelOptions: '--model-option',
  judge: '--judge',
  judgeOptions: '--judge-option',
  maxCost: '--max-cost',
  timeout: '--timeout',
  errorBudget: '--error-budget',
  threads: '--threads',
  language: '--language',
  encoding: '--encoding',
  delimiter: '--delimiter',
  types: '--column-type',
  maxDownload: '--max-download',
  cache: '--cache',
};
const OPTION = Object.keys(FLAGS).join('|');

/** From the special to the general: each rule sees what the earlier ones have left. */
const RULES: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[] = [
  [/, with cassette: \{ file: '([^']*)', mode: '(\w+)' \}/gu, ' with --cassette $1 --cassette-mode $2'],
  [/\bcassette: 'mode' must be/gu, '--cassette-mode must be'],
  [/\bcassette: 'file' must be/gu, '--cassette must be'],
  [/resume: 'auto' needs/gu, '--resume needs'],
  [/resume: \{ acceptChangedData: true \}/gu, 'touchstone resume --accept-changed-data'],
  [/\bacceptChangedData compares/gu, '--accept-changed-data compares'],
  [/\bcompute it anew with rescore: \['[^']*'\]/gu, 'compute it anew by asking for it with --rescore in place of --metric'],
  [/\brescore: \[…\]/gu, '--rescore NAME'],
  [/\b(extraMetrics|rescore): \[((?:'[^']*'(?:, )?)+)\]/gu, (_, option = '', names = '') => namedBy(option, names)],
  [/run: \{ key: '([^']*)' \}/gu, '--key $1'],
  [/\b(?:evaluate|limits): '(\w+)' must/gu, (_, option = '') => `${flagOf(option)} must`],
  [/neither modelType nor extraMetrics/gu, 'neither --model-type nor --metric'],
  [/extraMetrics: \[…\]/gu, '--metric NAME'],
  [/there are no extraMetrics/gu, 'there is no --metric'],
  [/Add it to extraMetrics\./gu, 'Ask for it with --metric.'],
  [/extraMetrics has two metrics/gu, '--metric asks for two metrics'],
  [/\b(\w+)\(\{ name: '(\w+)' \}\)/gu, `--metric '$1 {"name": "$2"}'`],
  [/columns: \{ (\w+): '…' \}/gu, '--map $1=COLUMN'],
  [/\bcolumns maps '([^']*)' to/gu, "--map gives '$1' the column"],
  [/\bcolumns maps '/gu, "--map gives a column to '"],
  [
    /name one for the evaluation with judge: '[^']*', for the metric with model: '([^']*)', or for all of them with genai\(\{ judge: '[^']*' \}\)/gu,
    `name one for the run with --judge $1, for the metric with --metric 'NAME {"model": "$1"}', or for all runs with judge in touchstone.config.ts`,
  ],
  [
    /name one for the evaluation with judge: '([^']*)', or add a plug-in that calls registry\.provide\(JUDGE, …\)/gu,
    'name one for the run with --judge $1, or for all runs with judge in touchstone.config.ts',
  ],
  [/\bevaluators: \[((?:'[^']*'(?:, )?)+)\]/gu, (_, names = '') => flagsOf('--evaluator', names)],
  [/, and add it to plugins\./gu, '.'],
  [/Without `id`/gu, 'Without --id'],
  [/leave (trials|maxCost) out/gu, (_, option = '') => `leave ${flagOf(option)} out`],
  [/\bmaxCost is set/gu, '--max-cost is set'],
  [/tell it with (?=prices\()/gu, 'tell it in plugins of touchstone.config.ts with '],
  [/file\('…', \{ maxDownload: (\d+) \}\)/gu, '--max-download $1'],
  [/\bdelimiter: '([^']+)'/gu, "--delimiter '$1'"],
  [/'(encoding|delimiter|types|maxDownload)' (?=is|says)/gu, (_, option = '') => `${FLAGS[option]} `],
  [/(?<![-'\w])(types|delimiter|maxDownload) (?=has|names|says|is|allows)/gu, (_, option = '') => `${FLAGS[option]} `],
  [
    new RegExp(`\\b(${OPTION}): '([^']*)'`, 'gu'),
    (_, option = '', value = '') => `${FLAGS[option]} ${value === '…' ? 'COLUMN' : value}`,
  ],
  [new RegExp(`(?<![-'\\w])(${OPTION}) is (?='|\\d)`, 'gu'), (_, option = '') => `${FLAGS[option]} is `],
];

/** `rescore: ['a', 'b']` → `--rescore a --rescore b` */
function namedBy(option: string, names: string): string {
  return flagsOf(option === 'rescore' ? '--rescore' : '--metric', names);
}

/** `'a', 'b'` → `--flag a --flag b` */
function flagsOf(flag: string, names: string): string {
  return Array.from(names.matchAll(/'([^']*)'/gu), ([, name]) => `${flag} ${name}`).join(' ');
}

/** The flag of an option. */
export function flagOf(option: string): string {
  return FLAGS[option] ?? `--${option}`;
}

/** A sentence that names options of `evaluate`, in the words of the command line: `targets: 'answer'` becomes `--targets answer`. */
export function inFlagWords(message: string): string {
  return RULES.reduce(
    (text, [pattern, words]) => (typeof words === 'string' ? text.replace(pattern, words) : text.replace(pattern, words)),
    message,
  );
}
