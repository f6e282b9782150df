import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { answers, main, static3, TestFolder } from './__fixtures__/test-folder.ts';

/** Every mistake that can be seen before the first row: exit 2, nothing on stdout, nothing written, and this on stderr. */
async function refused(
  args: readonly string[],
  sentence: string,
  prepare: (folder: TestFolder) => void = () => undefined,
): Promise<void> {
  const folder = new TestFolder();
  folder.writeRows('answers.jsonl', answers);
  prepare(folder);
  const { exitCode, stdout, stderr } = await folder.touchstone(...args);
  expect({ exitCode, stdout, stderr: folder.tidy(stderr) }).toEqual({ exitCode: 2, stdout: '', stderr: `${sentence}\n` });
  expect(folder.has('.touchstone')).toBe(false);
}

const scored = [...static3, '--metric', 'rougeL'];
const unscored = ['run', '--data', 'answers.jsonl', '--inputs', 'question'];

describe('a wrong request says what was given, what was expected and what to type', () => {
  it('several at once: columns and a metric that are not there', () =>
    refused(
      [
        'run',
        '--data',
        'answers.jsonl',
        '--predictions',
        'outptu',
        '--targets',
        'answer',
        '--cluster',
        'topic',
        '--metric',
        'rougL',
      ],
      [
        '4 things to correct:',
        "  - There is no metric 'rougL'. Did you mean 'rougeL'?",
        "  - --targets is 'answer', and the data has no such column. The data has: question, expected, output.",
        "  - --predictions is 'outptu', and the data has no such column. Did you mean 'output'?",
        "  - --cluster is 'topic', and the data has no such column. The data has: question, expected, output.",
      ].join('\n'),
    ));

  it('a metric whose pack is not installed', () =>
    refused(
      [...static3, '--metric', 'toxicity'],
      "The metric 'toxicity' comes with @touchstone/metric-toxicity, which is not among the plug-ins: npm i @touchstone/metric-toxicity.",
    ));

  it('a judge metric without a judge', () =>
    refused(
      [...static3, '--metric', 'answer_similarity'],
      `answer_similarity needs a judge, and none is set: name one for the run with --judge openai:/gpt-5, for the metric with --metric 'NAME {"model": "openai:/gpt-5"}', or for all runs with judge in touchstone.config.ts.`,
    ));

  it('a metric twice', () =>
    refused(
      [...scored, '--metric', 'rougeL'],
      `--metric asks for two metrics named 'rougeL'. Give one of them another name: --metric 'rougeL {"name": "rougeL_2"}'.`,
    ));

  it('an unknown option of a metric', () =>
    refused(
      [...static3, '--metric', 'rougeL {"useStemmr": true}'],
      "rougeL has no option 'useStemmr'. Did you mean 'useStemmer'?",
    ));

  it('options that are no JSON', () =>
    refused(
      [...static3, '--metric', 'rougeL {useStemmer: true}'],
      `The options of --metric 'rougeL' are no JSON: {useStemmer: true}. Write them like --metric 'rougeL {"useStemmer": true}'.`,
    ));

  it('a metric that needs targets, without them', () =>
    refused(
      [...unscored, '--predictions', 'output', '--metric', 'rougeL'],
      'rougeL needs targets: say which column holds them, e.g. --targets expected.',
    ));

  it('a mapping to a column that is not there', () =>
    refused(
      [...unscored, '--predictions', 'output', '--metric', 'rougeL', '--map', 'targets=expectd'],
      [
        '2 things to correct:',
        "  - --map gives 'targets' the column 'expectd', and there is no such column. Did you mean 'expected'?",
        "  - rougeL needs column 'targets', which is mapped to 'expectd', and there is none. Did you mean 'expected'? Add it, or map it with --map targets=COLUMN.",
      ].join('\n'),
    ));

  it('a mapping that no metric needs', () =>
    refused(
      [...scored, '--map', 'contxt=output'],
      "--map gives a column to 'contxt', which no metric of this evaluation needs. They need: predictions, targets.",
    ));

  it('a mapping without =', () => refused([...scored, '--map', 'targets'], "--map is 'targets': write --map NAME=VALUE."));

  it('an unknown model type', () =>
    refused(
      [...static3, '--model-type', 'text-sumarization'],
      "There is no model type 'text-sumarization'. Did you mean 'text-summarization'?",
    ));

  it('neither model type nor metric', () =>
    refused(
      static3,
      'There is neither --model-type nor --metric: pass --model-type question-answering (or another) for its preset, or --metric NAME.',
    ));

  it('neither model nor predictions', () =>
    refused(
      [...unscored, '--targets', 'expected', '--metric', 'rougeL'],
      'There is neither a model nor predictions: pass a model, or say which column holds the outputs with --predictions output.',
    ));

  it('an unknown evaluator', () =>
    refused([...scored, '--evaluator', 'clasic'], "There is no evaluator 'clasic'. There are: default."));

  it('numbers out of range', () =>
    refused(
      [...scored, '--limit', '0', '--error-budget', '4', '--timeout', '-1'],
      [
        '3 things to correct:',
        '  - --limit must be a whole number of at least 1, and it is 0.',
        '  - --timeout must be a number of seconds above 0, and it is -1.',
        '  - --error-budget must be a share from 0 to 1, and it is 4.',
      ].join('\n'),
    ));

  it('trials without a model', () =>
    refused(
      [...scored, '--trials', '3'],
      '--trials is 3, and without a model every trial would be the same: leave --trials out, or pass a model.',
    ));
});

describe('flags and commands', () => {
  const cases: readonly (readonly [args: readonly string[], sentence: string])[] = [
    [['run', '--predctions', 'x'], "touchstone run has no flag '--predctions'. Did you mean --predictions?"],
    [['run', '--colour', 'x'], "touchstone run has no flag '--colour'. Type touchstone run --help."],
    [['run', '--data'], '--data needs a value: --data <file>. Type touchstone run --help.'],
    [['run', '--limit', 'ten'], "--limit must be a whole number, and it is 'ten'. Type touchstone run --help."],
    [['run', '--timeout', 'soon'], "--timeout must be a number, and it is 'soon'. Type touchstone run --help."],
    [
      ['run', '--data', 'answers.jsonl', '--data', '-'],
      '--data - is JSON Lines in UTF-8 on stdin, and stands alone: leave out the other --data.',
    ],
    [
      ['run', '--data', '-', '--encoding', 'euc-kr'],
      '--data - is JSON Lines in UTF-8 on stdin, and stands alone: leave out --encoding.',
    ],
    [
      [
        'run',
        '--data',
        'answers.jsonl',
        '--data',
        './answers.jsonl',
        '--metric',
        'rougeL',
        '--predictions',
        'output',
        '--targets',
        'expected',
      ],
      "'./answers.jsonl' names answers.jsonl a second time, and its rows would count twice.",
    ],
    [['run', '--data', 'answers.jsonl', '--column-type', 'score'], "--column-type is 'score': write --column-type NAME=VALUE."],
    [
      [
        'run',
        '--data',
        'answers.jsonl',
        '--delimiter',
        ';',
        '--metric',
        'rougeL',
        '--predictions',
        'output',
        '--targets',
        'expected',
      ],
      '--delimiter is no option for .jsonl files, which take: encoding.',
    ],
    [
      ['run', '--data', 'https://example.org/a.jsonl', '--metric', 'rougeL', '--predictions', 'output', '--targets', 'expected'],
      "--data is 'https://example.org/a.jsonl', an address; it is read from files, so download it and give its path, or allow a download of at most 100 MB: --max-download 100.",
    ],
    [['rnu'], "There is no command 'rnu'. Did you mean run?"],
    [['show'], 'touchstone show needs one thing more: touchstone show <run>. Type touchstone show --help.'],
    [['show', 'a', 'b'], 'touchstone show takes 1 and was given 2 arguments. Type touchstone show --help.'],
    [['run', 'smoke'], "There is no touchstone.config.ts in FOLDER, so there is no evaluation 'smoke'."],
    [
      ['run', 'answers.jsonl'],
      "There is no touchstone.config.ts in FOLDER, so there is no evaluation 'answers.jsonl'. For a data file write --data answers.jsonl.",
    ],
    [
      ['run'],
      'There is nothing to evaluate: give --data FILE, with --predictions COLUMN or --model ./file.ts#function, and --metric or --model-type; or write a touchstone.config.ts, as touchstone init does.',
    ],
    [['run', '--config', 'mine.ts'], "There is no file 'mine.ts' (looked for FOLDER/mine.ts)."],
    [['metrics', 'rougel1'], "There is no metric 'rougel1'. Did you mean 'rouge1'?"],
    [['show', '@last'], "There is no run '@last'. The store has no runs yet: start one with touchstone run."],
    [['show', 'nightly'], "There is no run 'nightly'. Name a run by its id, its name or @last."],
    [['resume'], 'There is no unfinished run in .touchstone/touchstone.db that nobody works on.'],
    [['init', '--template', 'rag'], "There is no template 'rag'. There is: static."],
  ];
  it.each(cases)('touchstone %j', (args, sentence) => refused(args, sentence));
});

describe('files', () => {
  it('data that is not there, with the file that was meant', () =>
    refused(
      [...scored.with(2, 'answer.jsonl')],
      "There is no file 'answer.jsonl' (FOLDER/answer.jsonl). Did you mean 'answers.jsonl'?",
    ));

  it('data of a type that nothing reads', () =>
    refused(
      [...scored.with(2, 'answers.xlsx')],
      "Nothing here reads '.xlsx' files ('answers.xlsx'); these are read: .arrow, .arrow.gz, .arrows, .arrows.gz, .csv, .csv.gz, .feather, .feather.gz, .json, .json.gz, .jsonl, .jsonl.gz, .ndjson, .ndjson.gz, .parquet, .parquet.gz, .tsv, .tsv.gz.",
      (folder) => folder.write('answers.xlsx', 'a,b\n'),
    ));

  it('empty data', () =>
    refused(scored, "'answers.jsonl' has no rows; there is nothing to evaluate.", (folder) => folder.write('answers.jsonl', '')));

  it('broken JSON on line 17 of 20', () =>
    refused(
      scored,
      'answers.jsonl, line 17, column 15 is not valid JSON: expected a name in double quotes, found \'output\'. It stands near: {"id": "q16", output: 16}',
      (folder) => {
        const lines = Array.from({ length: 20 }, (_, n) =>
          n === 16 ? '{"id": "q16", output: 16}' : JSON.stringify({ id: `q${n}`, ...answers[0] }),
        );
        folder.write('answers.jsonl', lines.join('\n'));
      },
    ));

  it('duplicate ids', () =>
    refused(
      [...scored, '--id', 'id'],
      "id 'q3' stands in rows 4 and 17; every row needs an id of its own. Without --id, rows are known by a hash of their inputs, and repeats are counted.",
      (folder) =>
        folder.writeRows(
          'answers.jsonl',
          Array.from({ length: 20 }, (_, n) => ({ id: n === 16 ? 'q3' : `q${n}`, ...answers[0] })),
        ),
    ));

  it('a place for results that does not exist', () =>
    refused([...scored, '--table', 'out/table.csv'], "--table is 'out/table.csv', and there is no folder 'out': make it first."));

  it('a table of an unknown type', () =>
    refused(
      [...scored, '--table', 'table.xlsx'],
      "A table is written as .csv, .jsonl, .json, .parquet, .csv.gz, .jsonl.gz, .json.gz, and 'table.xlsx' is none of these.",
    ));

  it('a spreadsheet of a table that is no CSV', async () => {
    const flag = '--for-spreadsheets';
    await refused(
      [...scored, '--table', 't.parquet', flag],
      "--for-spreadsheets is for CSV, and --table is 't.parquet': write --table FILE.csv.",
    );
    await refused([...scored, flag], '--for-spreadsheets is for CSV, and there is no --table: write --table FILE.csv.');
    await refused(['rows', '@last', flag], '--for-spreadsheets is for CSV, and there is no --to: write --to FILE.csv.');
  });
});

describe('models and metrics of files', () => {
  const withModel = (model: string): readonly string[] => [
    ...unscored,
    '--targets',
    'expected',
    '--metric',
    'rougeL',
    '--model',
    model,
  ];
  const module = (folder: TestFolder): void =>
    folder.write('answer.ts', 'export const answer = () => "";\nexport const limit = 5;\n');

  it('a file that is not there', () =>
    refused(
      withModel('./anwser.ts#answer'),
      "There is no file './anwser.ts' (looked for FOLDER/anwser.ts). Did you mean 'answer.ts'?",
      module,
    ));

  it('an export that is not there', () =>
    refused(withModel('./answer.ts#anser'), "'./answer.ts' does not export 'anser'. Did you mean 'answer'?", module));

  it('no default export', () =>
    refused(
      withModel('./answer.ts'),
      "'./answer.ts' has no default export: name one, ./answer.ts#NAME. It exports: answer, limit.",
      module,
    ));

  it('an export that is no model', () =>
    refused(
      withModel('./answer.ts#limit'),
      "'./answer.ts#limit' is no model: export a function of a row, or what batchModel, chat or a model pack gives.",
      module,
    ));

  it('a function that is no metric', () =>
    refused(
      [...static3, '--metric', './answer.ts#answer'],
      "'./answer.ts#answer' is no metric: export what metric('name', fn) or defineMetric({ … }) gives.",
      module,
    ));

  it('a scheme that a pack brings', () =>
    refused(
      withModel('openai:/gpt-5-mini'),
      "'openai:/gpt-5-mini' needs @touchstone/model-openai, which is not among the plug-ins: npm i @touchstone/model-openai.",
    ));

  it('a scheme that nobody knows', () =>
    refused(withModel('opnai:/gpt-5-mini'), "There is no model scheme 'opnai' (of 'opnai:/gpt-5-mini'). Did you mean 'openai'?"));
});

describe('an old Node', () => {
  it('gets one sentence', async () => {
    const old = ['node', '/usr/bin/node', '/usr/local/bin/node'].find(
      (candidate) => versionOf(candidate)?.startsWith('v20.') === true,
    );
    if (old === undefined) {
      console.log('skipped: there is no Node 20 on this machine');
      return;
    }
    const { status, stdout, stderr } = spawnSync(old, [main, '--version'], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `touchstone needs Node 22.13 or newer, and this is Node ${versionOf(old)?.slice(1)}: install a newer one from nodejs.org, or type npx -p node@24 -p @touchstone/cli touchstone.\n`,
    });
  });
});

function versionOf(command: string): string | undefined {
  try {
    return execFileSync(command, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
