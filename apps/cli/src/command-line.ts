import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { coreVersion, messageOf } from '@touchstone/core';
import { deleteCommand } from './delete-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { EXIT, exitCodeOfError } from './exit-codes.ts';
import { initCommand } from './init-command.ts';
import { metricsCommand } from './metrics-command.ts';
import { pluginsCommand } from './plugins-command.ts';
import { resumeCommand } from './resume-command.ts';
import { rowsCommand } from './rows-command.ts';
import { runCommand } from './run-command.ts';
import { runsCommand } from './runs-command.ts';
import { say } from './say.ts';
import { showCommand } from './show-command.ts';

/** Runs one command line; returns the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  const act =
    <Args extends unknown[]>(command: (...args: Args) => Promise<number>) =>
    async (...given: Args): Promise<void> => {
      exitCode = await command(...given);
    };
  try {
    await program(act).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.request;
    say(messageOf(error));
    return exitCodeOfError(error);
  }
}

type Act = <Args extends unknown[]>(command: (...args: Args) => Promise<number>) => (...args: Args) => Promise<void>;

const STORE = ['--store <file>', 'the store (default: .touchstone/touchstone.db)'] as const;
const CONFIG = ['--config <file>', 'a touchstone.config.ts elsewhere'] as const;

function program(act: Act): Command {
  const root = new Command('touchstone').description('Evaluate language models: scores by row, honest error bars, runs that resume.').version(coreVersion(), '--version');
  root.exitOverride().showHelpAfterError('Type touchstone --help for the commands, touchstone COMMAND --help for one of them.');
  root.configureHelp({ showGlobalOptions: false });

  root
    .command('run')
    .description('evaluate: the named evaluations of the config, or what the flags say')
    .argument('[names...]', 'evaluations of the config; all of them when there are no flags')
    .option(...CONFIG)
    .option('--data <file>', 'rows: .jsonl or .json')
    .option('--model <uri>', './file.ts#export for a function of a row, or a URI of an installed adapter')
    .option('--predictions <column>', 'the column that holds the outputs; with a model, which of its outputs counts')
    .option('--targets <column>', 'the column that holds the right answers')
    .option('--inputs <column>', 'what the row asks; repeatable', list)
    .option('--id <column>', "the row's identity (default: a hash of its inputs)")
    .option('--cluster <column>', 'rows that belong together, for honest intervals')
    .option('--model-type <type>', 'preset: question-answering, text-summarization, text, …')
    .option('--metric <metric>', `a metric: NAME, 'NAME {"option": value}' or ./file.ts#export; repeatable`, list)
    .option('--evaluator <name>', 'only these evaluators; repeatable', list)
    .option('--map <param=column>', 'which column a metric reads for a name; repeatable', list)
    .option('--metric-prefix <text>', 'put before every result key')
    .option('--trials <n>', 'outputs per row', wholeNumber)
    .option('--limit <n>', 'only the first n rows', wholeNumber)
    .option('--sample <n>', 'n rows at random, the same ones for the same seed', wholeNumber)
    .option('--seed <n>', 'for --sample and random metrics (default: 0)', wholeNumber)
    .option('--concurrency <n>', 'rows in flight (default: 16)', wholeNumber)
    .option('--timeout <seconds>', 'for one call of the model or a metric (default: 120)', number)
    .option('--error-budget <share>', 'share of rows that may fail before the run stops (default: 1, never)', number)
    .option(...STORE)
    .option('--no-store', 'keep nothing')
    .option('--experiment <name>', 'file the run under this experiment')
    .option('--run-name <name>', 'name the run')
    .option('--tag <key=value>', 'tag the run; repeatable', list)
    .option('--key <key>', 'your own name for this piece of work')
    .option('--resume', 'continue the unfinished run of this key, else start it')
    .option('--output <file>', 'write the result as JSON')
    .option('--table <file>', 'write the row table: .json (MLflow’s split orientation), .jsonl, .csv')
    .option('--dry-run', 'print the plan and stop: spends nothing, writes nothing')
    .option('--json', 'print one JSON document')
    .option('--quiet', 'no progress')
    .option('--verbose', 'say where every column comes from')
    .action(act(runCommand));

  root
    .command('resume')
    .description('continue an unfinished run: the one named, or the newest')
    .argument('[run]')
    .option(...STORE)
    .option('--output <file>', 'write the result as JSON')
    .option('--table <file>', 'write the row table')
    .option('--json', 'print one JSON document')
    .option('--quiet', 'no progress')
    .action(act(resumeCommand));

  root.command('show').description('the result of a run').argument('<run>', 'id, beginning of an id, name, @last, @last~1').option(...STORE).option('--json', 'print one JSON document').action(act(showCommand));

  root
    .command('rows')
    .description('the rows of a run with their scores')
    .argument('<run>', 'id, beginning of an id, name, @last, @last~1')
    .option('--worst <metric>', 'the worst rows of this metric first')
    .option('--failed', 'only rows on which something failed')
    .option('--limit <n>', 'how many (default: 10)', wholeNumber)
    .option('--to <file>', 'write them as JSON lines instead')
    .option(...STORE)
    .option('--json', 'print JSON lines')
    .action(act(rowsCommand));

  root
    .command('runs')
    .description('the stored runs, newest first')
    .option('--experiment <name>', 'only this experiment')
    .option('--limit <n>', 'how many (default: 20)', wholeNumber)
    .option(...STORE)
    .option('--json', 'print one JSON document')
    .action(act(runsCommand));

  root.command('delete').description('delete a run and all of it').argument('<run>').option('--yes', 'do not ask').option(...STORE).action(act(deleteCommand));
  root.command('metrics').description('what can be measured here; one metric explained').argument('[name]').option(...CONFIG).option('--json', 'print one JSON document').action(act(metricsCommand));
  root.command('plugins').description('the plug-ins in use, and what is known but not installed').option(...CONFIG).option('--json', 'print one JSON document').action(act(pluginsCommand));
  root.command('doctor').description('versions, plug-ins and the health of the store').option(...CONFIG).option(...STORE).option('--json', 'print one JSON document').action(act(doctorCommand));
  root
    .command('init')
    .description('write a config and a small data set, and run it at once')
    .option('--template <name>', 'static: outputs that exist already', 'static')
    .option('--yes', 'do not ask')
    .action(act(initCommand));

  for (const command of root.commands) command.exitOverride().showSuggestionAfterError(true);
  return root;
}

function list(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function wholeNumber(value: string): number {
  const read = number(value);
  if (!Number.isSafeInteger(read)) throw new InvalidArgumentError('It must be a whole number.');
  return read;
}

function number(value: string): number {
  const read = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(read)) throw new InvalidArgumentError('It must be a number.');
  return read;
}
