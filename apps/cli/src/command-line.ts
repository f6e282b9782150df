import { coreVersion } from '@touchstone/core';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { adaptersCommand } from './adapters-command.ts';
import { annotateCommand } from './annotate-command.ts';
import { cacheClearCommand, cachePruneCommand, cacheStatsCommand } from './cache-commands.ts';
import { cassetteCheckCommand, cassettePruneCommand } from './cassette-commands.ts';
import { dataCommand } from './data-command.ts';
import { deleteCommand } from './delete-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { EXIT, exitCodeOfError } from './exit-codes.ts';
import { exportCommand } from './export-command.ts';
import { importCommand } from './import-command.ts';
import { initCommand, TEMPLATES } from './init-command.ts';
import { metricsCommand } from './metrics-command.ts';
import {
  modelsAliasCommand,
  modelsListCommand,
  modelsLogCommand,
  modelsRegisterCommand,
  modelsStageCommand,
} from './models-commands.ts';
import { pluginsCommand } from './plugins-command.ts';
import { reproCommand } from './repro-command.ts';
import { resumeCommand } from './resume-command.ts';
import { rowsCommand } from './rows-command.ts';
import { runCommand } from './run-command.ts';
import { runsCommand } from './runs-command.ts';
import { keepStdoutForTheResult, surviveClosedPipes } from './say.ts';
import { sayError } from './say-error.ts';
import { scoreCommand } from './score-command.ts';
import { showCommand } from './show-command.ts';
import { wrongUsage } from './wrong-usage.ts';

/** Runs one command line; returns the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  surviveClosedPipes();
  keepStdoutForTheResult();
  let exitCode: number = EXIT.ok;
  const act: Act =
    (command) =>
    async (...given) => {
      exitCode = await command(...given);
    };
  try {
    await program(act).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.request;
    sayError(error);
    return exitCodeOfError(error);
  }
}

type Act = <Args extends unknown[]>(command: (...args: Args) => Promise<number>) => (...args: Args) => Promise<void>;

const RUN = ['<run>', 'id, beginning of an id, name, @last or @last~1'] as const;
const RUN_OR_FILE = ['<run>', 'id, beginning of an id, name, @last, @last~1, or the file of an exported run'] as const;
const STORE = ['--store <file>', 'the store (default: .touchstone/touchstone.db)'] as const;
const CONFIG = ['--config <file>', 'a config elsewhere (default: touchstone.config.ts)'] as const;
const JSON_FLAG = ['--json', 'print one JSON document'] as const;
const VERBOSE = ['--verbose', 'also the calls by model and metric, and what was learned of limits'] as const;
const QUIET = ['--quiet', 'no progress'] as const;
const OUTPUT = ['--output <file>', 'write the result as JSON'] as const;
const TABLE = [
  '--table <file>',
  'write the row table: .csv, .jsonl, .parquet or .json (MLflow’s split orientation); not Parquet also .gz',
] as const;
const SAVE = [
  '--save <folder>',
  'write all of it into a folder: result, rows, and what evaluators made: tables, pictures',
] as const;
const FOR_SPREADSHEETS = [
  '--for-spreadsheets',
  'CSV that Excel opens right: a byte order mark, and no text runs as a formula',
] as const;

const ENCODING = ['--encoding <name>', 'of a text file that is not UTF-8: euc-kr, windows-1252, utf-16le, …'] as const;
const DELIMITER = ['--delimiter <character>', 'between the cells of a .csv or .tsv (default: comma, tab)'] as const;
const COLUMN_TYPE = [
  '--column-type <column=type>',
  'text, number, boolean or json for a column of a .csv or .tsv, * for all others; repeatable (default: what its cells have in common)',
] as const;
const MAX_DOWNLOAD = ['--max-download <megabytes>', 'let http(s) addresses be files, up to this size each'] as const;

function program(act: Act): Command {
  const root = new Command('touchstone')
    .description('Evaluate language models: scores by row, honest error bars, runs that resume.')
    .version(coreVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', '\nBegin with touchstone init in an empty folder. touchstone COMMAND --help tells all of a command.');

  root
    .command('run')
    .description('evaluate: what the config names, or what the flags say; a flag wins')
    .argument('[names...]', 'evaluations of the config (default: all of them)')
    .addHelpText('after', RUN_EXAMPLES)
    .optionsGroup('What is evaluated:')
    .option(
      '--data <file>',
      "rows: .jsonl, .json, .csv, .tsv, .parquet or .arrow, also .gz, or a pattern like 'part-*.csv'; repeatable: read as one; - for JSON Lines on stdin",
      list,
    )
    .option(
      '--model <uri>',
      './file.ts#export for a function of a row; a URI of an installed adapter; repeatable: a sweep, a run each and a comparison',
      list,
    )
    .option(
      '--model-option <key=value>',
      "of a model by URI: base-url=…, temperature=0, system=…, 'prompt=Answer: {question}', body=@file.json; repeatable",
      list,
    )
    .option('--predictions <column>', 'the column of the outputs; with a model, which of its outputs')
    .option('--targets <column>', 'the column of the right answers')
    .option('--inputs <column>', 'the column of what was asked; repeatable', list)
    .option('--id <column>', "the row's identity (default: a hash of its inputs)")
    .option('--cluster <column>', 'rows that belong together, for honest intervals')
    .option('--limit <n>', 'only the first n rows', wholeNumber)
    .option('--sample <n>', 'n rows at random, the same ones for the same seed', wholeNumber)
    .option('--seed <n>', 'for --sample and random metrics (default: 0)', wholeNumber)
    .option('--trials <n>', 'outputs per row (default: 1)', wholeNumber)
    .optionsGroup('How files are read:')
    .option(...ENCODING)
    .option(...DELIMITER)
    .option(...COLUMN_TYPE, list)
    .option(...MAX_DOWNLOAD, number)
    .optionsGroup('What is measured:')
    .option('--model-type <type>', 'preset metrics: question-answering, text-summarization, text, …')
    .option('--metric <metric>', `NAME, 'NAME {"option": value}' or ./file.ts#export; repeatable`, list)
    .option('--judge <uri>', 'the judge of judge metrics that do not name their own: openai:/gpt-5')
    .option('--judge-option <key=value>', 'of the judge: base-url=…, temperature=0; repeatable', list)
    .option('--language <tag>', 'of the data, e.g. ko: chooses tokenizers; metrics made for another one are skipped')
    .option('--map <param=column>', 'the column that metrics read under a name; repeatable', list)
    .option('--evaluator <name>', 'only this evaluator; repeatable', list)
    .option('--evaluator-option <key=value>', 'for evaluators; repeatable', list)
    .option('--metric-prefix <text>', 'put before every result key')
    .optionsGroup('Limits:')
    .option(
      '--concurrency <n>',
      'rows in flight (default: up to 64 for models by URI, as many as they bear; 16 for functions)',
      wholeNumber,
    )
    .option(
      '--requests-per-minute <n>',
      "what the account may send; ACCOUNT=N for another one than the model's; repeatable",
      list,
    )
    .option('--tokens-per-minute <n>', 'input and output together; as above', list)
    .option('--max-cost <usd>', 'a cap on what the run may cost, its resumed parts included', number)
    .option('--timeout <seconds>', 'for one call of the model or of a metric (default: 120)', number)
    .option(
      '--threads <n>',
      'worker threads for metrics that compute much (default: one a core, at most 4; 0: none)',
      wholeNumber,
    )
    .option('--error-budget <share>', 'share of rows that may fail before the run stops (default: 1, never)', number)
    .optionsGroup('The run:')
    .option('--experiment <name>', 'file the run under it')
    .option('--run-name <name>', 'name the run')
    .option('--tag <key=value>', 'tag the run; repeatable', list)
    .option('--key <key>', 'your own name for this piece of work')
    .option('--resume', 'continue the unfinished run of this key (without one: of the same plan), else start it')
    .option('--cassette <file>', 'keep the calls of models and metrics in this file, and replay those that it has')
    .option(
      '--cassette-mode <mode>',
      'auto: replay what is there, record what is not; record: all anew; replay: send nothing, no key is needed (default: auto)',
    )
    .option('--cache', 'take answers of models that the store has kept (the default)')
    .option('--no-cache', 'ask for all of them, and keep none')
    .option('--refresh', 'ask for all of them, and keep the new ones instead')
    .option('--dry-run', 'print the plan and stop: asks nothing, writes nothing')
    .optionsGroup('Files and output:')
    .option(...OUTPUT)
    .option(...TABLE)
    .option(...SAVE)
    .option(...FOR_SPREADSHEETS)
    .option(...STORE)
    .option('--no-store', 'keep nothing')
    .option(...CONFIG)
    .option('--env-file <file>', 'environment variables for models and metrics')
    .option(...JSON_FLAG)
    .option(...QUIET)
    .option(
      '--verbose',
      'also the plan, with the column that each metric reads; and at the end the calls by model and metric, and what was learned of limits',
    )
    .action(act(runCommand));

  root
    .command('resume')
    .description('continue an unfinished run')
    .argument('[run]', 'the newest unfinished one, or this')
    .option('--retry-failed', 'try again what has failed, and nothing else; also of a finished run')
    .option(
      '--accept-changed-data',
      'go on with data that has changed: rows that are other ones now are asked again, the others keep their scores; also of a finished run',
    )
    .option('--max-cost <usd>', 'another cap on what the run may cost, its earlier parts included', number)
    .option('--error-budget <share>', 'another share of rows that may fail before the run stops', number)
    .option(...OUTPUT)
    .option(...TABLE)
    .option(...SAVE)
    .option(...FOR_SPREADSHEETS)
    .option(...STORE)
    .option(...JSON_FLAG)
    .option(...QUIET)
    .option(...VERBOSE)
    .action(act(resumeCommand));

  root
    .command('score')
    .description('add metrics to a finished run, from its stored rows and predictions')
    .argument(...RUN)
    .option('--metric <metric>', `to add: NAME, 'NAME {"option": value}' or ./file.ts#export; repeatable`, list)
    .option('--rescore <metric>', 'one of the run, to make again; its earlier scores are kept as superseded; repeatable', list)
    .option('--judge <uri>', "the judge of judge metrics that do not name their own (default: the run's)")
    .option('--judge-option <key=value>', 'of the judge: base-url=…, temperature=0; repeatable', list)
    .option('--language <tag>', "of the data, e.g. ko (default: the run's)")
    .option('--evaluation <n>', 'which one, of a run with several', count)
    .option('--concurrency <n>', 'rows in flight', wholeNumber)
    .option('--max-cost <usd>', 'another cap on what the run may cost, its earlier parts included', number)
    .option('--timeout <seconds>', 'for one call of a metric', number)
    .option(...OUTPUT)
    .option(...TABLE)
    .option(...SAVE)
    .option(...FOR_SPREADSHEETS)
    .option(...STORE)
    .option(...CONFIG)
    .option('--env-file <file>', "environment variables for metrics (default: the run's)")
    .option(...JSON_FLAG)
    .option(...QUIET)
    .option(...VERBOSE)
    .addHelpText('after', SCORE_HELP)
    .action(act(scoreCommand));

  root
    .command('annotate')
    .description('say of a row what a metric got wrong, or anything else; without --metric and --label: what was said')
    .argument(...RUN)
    .argument('[row]', 'its key, or its number as rows shows it')
    .option('--metric <name>', 'of the run: the value stands in place of its score in rows, tables and aggregates')
    .option('--label <name>', 'a word of your own, a column of rows and tables')
    .option('--value <value>', 'true, 3.5 or a text, as the metric gives it')
    .option('--clear', 'take back what was said')
    .option('--reason <text>', 'why')
    .option('--author <name>', 'who says so (default: user.name of Git, else the user of this computer)')
    .option('--trial <n>', 'of a run with several trials, from 0 (default: 0)', wholeNumber)
    .option('--evaluation <n>', 'which one, of a run with several', count)
    .option(...STORE)
    .option(...JSON_FLAG)
    .addHelpText('after', ANNOTATE_HELP)
    .action(act(annotateCommand));

  root
    .command('show')
    .description('the result of a run, or the cells of a sweep side by side')
    .argument(...RUN_OR_FILE)
    .option(...VERBOSE)
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(showCommand));

  root
    .command('rows')
    .description('the rows of a run with their scores')
    .argument(...RUN_OR_FILE)
    .option('--worst <metric>', 'the worst rows of this metric first')
    .option('--failed', 'only rows on which something failed')
    .option('--limit <n>', 'how many (default: 10; with --to and --json all)', count)
    .option(
      '--to <file>',
      'write them, in the format that the name says: .csv, .jsonl, .parquet, .json; with --failed as the data had them, to run them again',
    )
    .option(...FOR_SPREADSHEETS)
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(rowsCommand));

  root
    .command('repro')
    .description('of one row: what was sent and answered, how it was read, and a command that does it again')
    .argument(...RUN)
    .argument('<row>', 'its key, its beginning, or its number as rows shows it')
    .option('--metric <name>', 'only the calls and the score of this metric')
    .option('--call <n>', 'only the call with this number', count)
    .option('--vitest <file>', 'write a test that evaluates the row again; - for stdout, and nothing else')
    .option('--evaluation <n>', 'which one, of a run with several', count)
    .option(...STORE)
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .addHelpText('after', REPRO_HELP)
    .action(act(reproCommand));

  root
    .command('runs')
    .description('the stored runs, newest first')
    .option('--where <search>', "only those that meet a condition, such as 'metrics.rougeL/v1/mean > 0.4'")
    .option('--experiment <name>', 'only this experiment')
    .option('--limit <n>', 'how many', count, 20)
    .option(...STORE)
    .option(...JSON_FLAG)
    .addHelpText('after', RUNS_HELP)
    .action(act(runsCommand));

  root
    .command('data')
    .description('what data files hold, and what looks wrong with them')
    .argument('<files...>', 'files of rows, as run reads them; - for JSON Lines on stdin')
    .option('--id <column>', "the row's identity: finds ids that are missing or used twice")
    .option('--inputs <column>', 'what is asked: finds rows that ask the same; repeatable', list)
    .option('--against <file>', 'few-shot examples or training data: finds rows that were copied from them; repeatable', list)
    .option(...ENCODING)
    .option(...DELIMITER)
    .option(...COLUMN_TYPE, list)
    .option(...MAX_DOWNLOAD, number)
    .option('--limit <n>', 'how many places of each finding are listed (default: 5; with --json 100)', count)
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .addHelpText('after', DATA_HELP)
    .action(act(dataCommand));

  root
    .command('export')
    .description('write a run into one file, with all that the store knows of it')
    .argument(...RUN_OR_FILE)
    .argument('<file>', 'the file to write, such as nightly.zip')
    .option(...STORE)
    .option(...JSON_FLAG)
    .addHelpText('after', EXPORT_HELP)
    .action(act(exportCommand));

  root
    .command('import')
    .description('take an exported run into the store: all of it, or nothing')
    .argument('<file>', 'what touchstone export wrote')
    .option(...STORE)
    .option(...JSON_FLAG)
    .addHelpText('after', IMPORT_HELP)
    .action(act(importCommand));

  root
    .command('delete')
    .description('delete a run and all of it, a sweep with its cells')
    .argument(...RUN)
    .option('--yes', 'do not ask')
    .option(...STORE)
    .action(act(deleteCommand));

  root
    .command('metrics')
    .description('what can be measured here; or one metric explained')
    .argument('[name]')
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .action(act(metricsCommand));

  root
    .command('adapters')
    .description('which models can be asked by URI, and which environment variables that reads')
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .action(act(adaptersCommand));

  root
    .command('plugins')
    .description('the plug-ins in use and what they bring, and what is known but not installed; or one of them')
    .argument('[name]', 'its package')
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .action(act(pluginsCommand));

  const cassette = root.command('cassette').description('look after a file of recorded calls (run --cassette)');
  cassette
    .command('check')
    .description('is it valid, in order, free of keys, and needed? Exit code 1 when something is wrong')
    .argument('<file>', 'the cassette')
    .option(...JSON_FLAG)
    .action(act(cassetteCheckCommand));
  cassette
    .command('prune')
    .description('drop the calls that the last use did not ask for')
    .argument('<file>', 'the cassette')
    .option(...JSON_FLAG)
    .action(act(cassettePruneCommand));

  const cache = root.command('cache').description('look after the answers that the store keeps for all its runs');
  cache
    .command('stats')
    .description('how many there are, of which models, and how often they were taken')
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(cacheStatsCommand));
  cache
    .command('clear')
    .description('forget all of them; runs keep theirs')
    .option('--model <uri>', 'only those of this model')
    .option('--yes', 'do not ask')
    .option(...STORE)
    .action(act(cacheClearCommand));
  cache
    .command('prune')
    .description('forget old ones, and those least recently used until the rest fits (default: 1 GiB)')
    .option('--max-age <time>', 'forget what is older, e.g. 30d, 12h')
    .option('--max-size <size>', 'forget until the rest takes so much at most, e.g. 500MB')
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(cachePruneCommand));

  const models = root.command('models').description('log models, and register them under names with versions and aliases');
  models
    .command('log')
    .description('keep a model as plain data in a run of its own, and print its address')
    .argument('<model>', 'a URI of an installed adapter, or ./file.ts#export')
    .option('--model-option <key=value>', 'as of run: base-url=…, temperature=0, system=…, prompt=@prompt.txt; repeatable', list)
    .option('--task <task>', 'what it does: chat; of Hugging Face models summarization, text-generation, …')
    .option('--name <name>', 'its name in the run (default: model)')
    .option('--register <name>', 'register it as the next version of this name as well')
    .option('--experiment <name>', 'file the run under it')
    .option('--run-name <name>', 'name the run (default: the model)')
    .option('--tag <key=value>', 'tag the run; repeatable', list)
    .option(...STORE)
    .option(...CONFIG)
    .option('--env-file <file>', 'environment variables for the model')
    .option(...JSON_FLAG)
    .addHelpText('after', MODELS_HELP)
    .action(act(modelsLogCommand));
  models
    .command('register')
    .description('register a logged model as the next version of a name, and print its address')
    .argument('<uri>', 'runs:/RUN/NAME, as models log prints it; or models:/NAME/VERSION')
    .argument('<name>', 'the name of the registered model')
    .option('--alias <alias>', 'let this alias mean the new version')
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(modelsRegisterCommand));
  models
    .command('list')
    .description('registered models with their versions, aliases and stages')
    .argument('[name]', 'only this one')
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(modelsListCommand));
  models
    .command('alias')
    .description('let models:/NAME@ALIAS mean a version')
    .argument('<name>', 'of the registered model')
    .argument('<alias>', 'e.g. champion')
    .argument('[version]', 'its number', count)
    .option('--remove', 'take the alias away')
    .option(...STORE)
    .action(act(modelsAliasCommand));
  models
    .command('stage')
    .description('put a version into a stage, so that models:/NAME/STAGE means the newest one in it')
    .argument('<name>', 'of the registered model')
    .argument('<version>', 'its number', count)
    .argument('<stage>', 'Staging, Production, Archived or None')
    .option(...STORE)
    .action(act(modelsStageCommand));

  root
    .command('doctor')
    .description('versions, plug-ins, which credentials are set, the health of the store')
    .option('--repair', 'of a damaged store, save what can be read to a new file; the damaged one is not changed')
    .option('--to <file>', 'the new file (default: beside the store, ….salvaged.db)')
    .option(...CONFIG)
    .option(...STORE)
    .option(...JSON_FLAG)
    .action(act(doctorCommand));

  root
    .command('init')
    .description('write a config and a small data set here, and run it at once')
    .option('--template <name>', `what to begin with: ${TEMPLATES.join(', ')}`, TEMPLATES[0])
    .option('--yes', 'do not ask')
    .action(act(initCommand));

  for (const command of [root, ...root.commands, ...cassette.commands, ...cache.commands, ...models.commands]) {
    command.exitOverride().helpOption('-h, --help', 'print this help');
    command.configureOutput({ outputError: (complaint, write) => write(wrongUsage(complaint, command)) });
  }
  cassette.helpCommand(false);
  cache.helpCommand(false);
  models.helpCommand(false);
  return root.helpCommand(false);
}

const RUN_EXAMPLES = `
Examples:
  touchstone run --data answers.jsonl --predictions output --targets expected --metric rougeL --metric exact_match
  touchstone run --data questions.jsonl --model ./answer.ts#answer --targets expected --model-type question-answering
  touchstone run --data 'part-*.csv' --encoding euc-kr --predictions output --targets expected --metric exact_match
  touchstone run smoke --limit 20

Exit codes: 0 finished · 2 the request is wrong, nothing was asked · 3 incomplete, or nothing was scored · 130 interrupted`;

const SCORE_HELP = `
The model is not asked, and the data are not read again. Metrics that the run has
with the same signature are not computed again; with another one they are refused,
unless they are named with --rescore.

Examples:
  touchstone score @last --metric rougeL --metric ./polite.ts#polite
  touchstone score nightly --rescore 'rougeL {"useStemmer": true}'`;

const ANNOTATE_HELP = `
All that was said stays in the store, with author, time and reason; the last word
counts, and the scores of the metrics are kept beside it.

Examples:
  touchstone annotate @last q017 --metric polite --value true --reason 'a joke among friends'
  touchstone annotate @last 3 --label useful --value no
  touchstone annotate @last 3 --metric polite --clear
  touchstone annotate @last`;

const MODELS_HELP = `
What is kept is plain data: the URI, the messages, the parameters; of a function its
file, its export and a hash of the file. Never a credential: in headers write
\${VARIABLE}, which is read when a request is sent.

Examples:
  touchstone models log openai:/gpt-5-mini --model-option system='Answer in two sentences.' --register two-sentences
  touchstone models alias two-sentences champion 1
  touchstone run --data questions.jsonl --model models:/two-sentences@champion --metric rougeL`;

const REPRO_HELP = `
Nothing is sent. Commands hold variables such as $OPENAI_API_KEY in the place of
keys; what stood in a request and is a key is [secret:…].

Examples:
  touchstone repro @last q017
  touchstone repro @last 3 --call 1
  touchstone repro nightly q017 --vitest q017.test.ts`;

const RUNS_HELP = `
A search compares metrics.NAME, params.NAME, tags.NAME, and id, name, experiment,
status, key, parent, started and ended; with =, !=, <, <=, >, >=, like and ilike (%
any text, _ one character), in (…), is null; joined by and, or, not and parentheses.
A name with blanks or signs stands in backquotes, a text with them in quotes. What a
run does not have meets no comparison, != included.

Examples:
  touchstone runs --where "metrics.rougeL/v1/mean > 0.4 and tags.git.branch = main"
  touchstone runs --where "status != finished and started >= 2026-11-01"
  touchstone runs --where "params.temperature <= 0.5 or tags.\`my team\` in ('지원', 'sales')"`;

const EXPORT_HELP = `
The file is a zip of JSON Lines: rows, predictions, scores with the earlier ones,
annotations, answered calls, what was logged, and a manifest with the plan, the
result and the hashes of all. Equal runs make equal files. Secrets are not in it, but the data are.

Examples:
  touchstone export @last nightly.zip
  touchstone show nightly.zip`;

const IMPORT_HELP = `
The hashes are verified. The run can then be shown, resumed, scored and annotated as
where it comes from; to resume it asks for the files and models that it names, and
runs the code that it names.

Exit codes: 0 imported, or there already just as in the file · 2 the file is damaged, from a newer Touchstone or no exported run, or the store has another run of that id`;

const DATA_HELP = `
What is looked for: lines that cannot be read; equal rows; columns with cells of
several kinds; texts that are empty, broken, or of unusual length (farther than
3.5 · 1.4826 · MAD from the median of the logarithms, and than a factor of 4).
With --against: rows that have the same words, or of which 80 % of the runs of
three words of the shorter text stand in the other. They are compared in the
columns of --inputs (default: inputs, else all that both files have but --id).

Examples:
  touchstone data questions.jsonl
  touchstone data test.csv --id id --inputs question --against fewshot.jsonl

Exit codes: 0 looked at, whatever was found · 2 the request is wrong, or nothing could be read`;

function list(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function number(value: string): number {
  const read = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(read)) throw new InvalidArgumentError('a number');
  return read;
}

function wholeNumber(value: string): number {
  const read = Number(value.trim() === '' ? Number.NaN : value);
  if (!Number.isSafeInteger(read)) throw new InvalidArgumentError('a whole number');
  return read;
}

function count(value: string): number {
  const read = wholeNumber(value);
  if (read < 1) throw new InvalidArgumentError('a whole number of at least 1');
  return read;
}
