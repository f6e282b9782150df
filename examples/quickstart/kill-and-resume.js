// The function model of answer.js, through the real command line: started, killed without warning half way, resumed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { heading, number, printTable, range, say } from './print.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const commandLine = join(root, 'apps/cli/dist/main.js');
const NAME = 'function model';

/**
 * Runs, kills and resumes; proves from the store and from the model's own call log that no row was lost.
 *
 * @param touchstone looks into the store
 * @param storeFlags where the command line keeps the run, when that is not its default
 * @param data the file of the questions
 * @throws Error when a row was lost, or when an answer that was stored was asked for again
 */
export async function killAndResume(touchstone, { storeFlags, data }) {
  heading('5 · A model that is killed half way, and resumed');
  const keys = readFileSync(data, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
  const log = openCallLog();
  try {
    say('$ touchstone run --model ./examples/quickstart/answer.js#answer --data … &', '$ kill -9 $!');
    await killWhen(
      startCommand([...runCommand(data), ...storeFlags], { log, output: ['ignore', 'inherit'] }),
      () => log.read().length >= keys.length / 2,
    );
    const askedBefore = log.read();
    const { run, stored } = await printStored(touchstone, askedBefore.length);

    say('', `$ touchstone resume ${run.id.slice(0, 8)}`);
    const exitCode = await startCommand(['resume', run.id, ...storeFlags], { log, output: [process.stdout, process.stdout] })
      .ended;
    check(exitCode === 0, `touchstone resume ended with exit code ${exitCode}`);
    const askedNow = log.read().slice(askedBefore.length);
    const there = await scoredKeys(await touchstone.result(run.id));

    const lost = keys.filter((key) => !there.includes(key));
    check(
      lost.length === 0 && there.length === keys.length,
      `${there.length} rows are stored instead of ${keys.length}; lost: ${lost.join(', ') || 'none'}`,
    );
    const repeated = stored.filter((key) => askedNow.includes(key));
    check(repeated.length === 0, `these answers were stored, and yet asked for again: ${repeated.join(', ')}`);
    const unsaved = askedBefore.filter((key) => askedNow.includes(key)).length;
    say(
      '',
      `${keys.length - askedNow.length} rows were not asked again. The model was asked for the other ${askedNow.length} now`,
    );
    say(`(answered just before the kill, too late to be stored: ${unsaved}).`, `All ${there.length} rows are there, each once.`);
  } finally {
    log.remove();
  }
}

function runCommand(data) {
  return [
    ...['run', '--data', data, '--id', 'id', '--inputs', 'question', '--targets', 'ground_truth'],
    ...['--model', './examples/quickstart/answer.js#answer', '--concurrency', '4'],
    ...['--model-type', 'question-answering', '--metric', 'rougeL {"tokenizer": "unicode"}'],
    ...['--experiment', 'quickstart', '--run-name', NAME, '--quiet'],
  ];
}

/** A file to which answer.js appends the key of every row that it answers. */
function openCallLog() {
  const folder = mkdtempSync(join(tmpdir(), 'quickstart-'));
  const path = process.env.QUICKSTART_CALL_LOG ?? join(folder, 'calls.log');
  return {
    path,
    read: () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The command line in a process group of its own, so that a kill reaches all of it and nothing else. */
function startCommand(args, { log, output }) {
  const child = spawn(process.execPath, [commandLine, ...args], {
    cwd: root,
    detached: true,
    env: { ...process.env, QUICKSTART_CALL_LOG: log.path },
    stdio: ['ignore', ...output],
  });
  const kill = () => process.kill(-child.pid, 'SIGKILL');
  const leave = () => process.exit(130);
  // Ctrl-C does not reach another group: when the demo goes, it takes the command along.
  process.once('exit', kill).once('SIGINT', leave);
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  }).finally(() => process.off('exit', kill).off('SIGINT', leave));
  return { child, kill, ended };
}

async function killWhen({ child, kill, ended }, isTime) {
  while (child.exitCode === null && !isTime()) await wait(2);
  if (child.exitCode === null) kill();
  const end = await ended;
  check(end === 'SIGKILL', `touchstone run ended with ${end} before it could be killed`);
}

/** What the store holds of a run whose process is dead. */
async function printStored(touchstone, answers) {
  const [run] = await touchstone.runs({ experiment: 'quickstart', name: NAME, limit: 1 });
  check(run !== undefined, 'the killed run is not in the store');
  const result = await touchstone.result(run.id);
  const stored = await scoredKeys(result);
  const { id, status, reason } = result.run;
  say('', `Run ${id.slice(0, 8)} is ${status}${reason === undefined ? '' : `: ${reason}`}.`);
  say(`Answers given: ${answers}. Rows stored, with their scores: ${stored.length}. So far:`);
  printTable(
    Object.entries(result.intervals).map(([key, interval]) => [
      `  ${key.split('/')[0]}`,
      number(interval.estimate),
      range(interval),
    ]),
  );
  return { run, stored };
}

/** Keys of the rows that have a score, or the reason why there is none, of every metric. */
async function scoredKeys(result) {
  const names = result.plans.flatMap(({ metrics }) => metrics.map(({ name }) => name));
  const rows = await Array.fromAsync(result.rows());
  return rows.filter(({ scores }) => names.every((name) => scores[name] !== undefined)).map(({ key }) => key);
}

function check(condition, sentence) {
  if (!condition) throw new Error(`${sentence}.`);
}
