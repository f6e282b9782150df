// Another process that works on a store: node store-process.mjs <file> <action> <run id> [from]. It runs the sources, as the tests do.
import './sources.mjs';
import { writeSync } from 'node:fs';

const { openSqliteStore } = await import('../sqlite-store.ts');

const [file, action, id, from = '0'] = process.argv.slice(2);
const plan = { metrics: [], fingerprint: 'f' };
const store = openSqliteStore(file);

try {
  await { append, hold, open, create, read }[action]();
} catch (error) {
  say({ code: error.code, message: error.message });
}

/** Appends a row, its prediction and two scores at a time, three appends in flight, and says each that was acknowledged. */
async function append() {
  const journal = await (await store.catalog.open(id)).journal(1, plan);
  let ordinal = Number(from);
  await Promise.all(
    [1, 2, 3].map(async () => {
      for (;;) {
        const mine = ordinal++;
        await journal.append(entries(mine));
        say(mine);
      }
    }),
  );
}

/** Opens the run and keeps it until it is killed, or until its input ends. */
async function hold() {
  const run = await store.catalog.open(id);
  say('held');
  process.stdin.on('end', async () => {
    await run[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    process.exit();
  });
  process.stdin.resume();
}

async function open() {
  const run = await store.catalog.open(id);
  say('opened');
  await run[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
}

async function create() {
  const run = await store.catalog.create({ id, name: 'n', experiment: 'e', status: 'running', startedAt: 1, tags: {}, provenance: {} });
  await (await run.journal(1, plan)).append(entries(0));
  await store[Symbol.asyncDispose]();
  say('created');
}

/** As a user without rights, so that read-only means read-only also when the tests run as root. */
async function read() {
  if (process.getuid() === 0) {
    process.setgid(65_534);
    process.setuid(65_534);
  }
  say((await store.catalog.find({})).length);
  say((await (await store.catalog.reader(id, 1)).stored(0, 1)).length);
  say(await store.catalog.leased(id));
  await store.catalog.open(id);
}

function entries(ordinal) {
  return [
    { type: 'row', ordinal, key: `k${ordinal}`, row: { text: 'x'.repeat(200) } },
    { type: 'prediction', ordinal, trial: 0, result: { columns: { answer: 'y'.repeat(200) }, main: 'answer', latencyMs: 1 } },
    ...[0, 1].map((metric) => ({ type: 'score', ordinal, trial: 0, metric, score: { status: 'scored', value: ordinal } })),
  ];
}

function say(what) {
  writeSync(1, `${JSON.stringify(what)}\n`);
}
