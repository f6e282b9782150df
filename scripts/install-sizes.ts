// What arrives when somebody installs a package, and whether it works: packs all packages, installs each of them, and typical sets, into
// empty folders with npm (the sets with pnpm too), compiles a program that uses them and runs it on the oldest and the newest Node.
//
//   node scripts/install-sizes.ts            measures, and writes the table into the README
//   node scripts/install-sizes.ts --check    measures no time and writes nothing; for CI
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type InstallSet, installSets } from './install-sizes/install-sets.ts';
import { compileProgram, type Installation, importTime, install, runCommand, runProgram } from './install-sizes/installation.ts';
import { packPackages, type Tarball } from './install-sizes/pack-packages.ts';
import { runProcess } from './install-sizes/run-process.ts';
import { servePackages } from './install-sizes/serve-packages.ts';
import { checkPlace, type Measured, sizeTable, writeTable } from './install-sizes/size-table.ts';

const root = join(import.meta.dirname, '..');
/** Of one installation. */
const ROUNDS = 9;
/** How many things are done side by side; never while times are measured. */
const LANES = 2;
/** What core promises. */
const CORE = { packages: 10, bytes: 5e6 };

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const scratch = mkdtempSync(join(tmpdir(), 'install-sizes-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const pages = values.check
  ? []
  : ['README.md', 'README.ko.md'].map((page) => join(root, page)).filter((page) => existsSync(page));
for (const page of pages) checkPlace(page);

const tarballs = packPackages(root, join(scratch, 'tarballs'));
say(`packed ${tarballs.length} packages`);
const [node22] = await Promise.all([oldestNode(), checkTypesOf(tarballs)]);
const nodes = { 'Node 22': node22, 'Node 24': process.execPath };
say(`types resolve for ES modules in ${tarballs.length} packages (attw)`);

await using server = await servePackages(tarballs);
using provider = await startProvider();
// What `npm create` runs stands outside of our scope, and nobody installs it.
const sets = installSets(tarballs.map(({ name }) => name).filter((name) => name.startsWith('@touchstone/')));
const failures: string[] = [];
const installed = await inLanes(sets, (set) => tried('npm', set));
await inLanes(
  sets.filter(({ typical }) => typical),
  (set) => tried('pnpm', set),
);
const installations = installed.filter((one) => one !== undefined);
failures.push(...tooLarge(installations));
if (failures.length > 0) {
  for (const failure of failures) say(failure);
  process.exit(1);
}
if (!values.check) {
  const table = sizeTable(await measured(installations), Object.keys(nodes));
  for (const page of pages) writeTable(page, table);
  process.stdout.write(`${table}\n`);
}

/** What is wrong is said at the end, of all sets. */
async function tried(manager: 'npm' | 'pnpm', set: InstallSet): Promise<Installation | undefined> {
  try {
    return await worksWith(manager, set);
  } catch (error) {
    failures.push(`${manager}: ${set.id}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Installs a set, compiles its program and runs it on each Node. */
async function worksWith(manager: 'npm' | 'pnpm', set: InstallSet): Promise<Installation> {
  const folder = join(scratch, manager, set.id);
  const done = await install(manager, set, {
    folder,
    origin: server.origin,
    node: manager === 'npm' ? node22 : process.execPath,
  });
  await compileProgram(done, { root, node: process.execPath });
  for (const node of Object.values(nodes)) {
    await runProgram(done, node, provider.env);
    if (set.packages.includes('@touchstone/cli')) await runCommand(done, node);
  }
  const size = manager === 'npm' ? `${done.packages} packages, ${(done.bytes / 1e6).toFixed(1)} MB, ` : '';
  const works = set.program === undefined ? 'installs' : `compiles and works on ${Object.keys(nodes).join(' and ')}`;
  say(`${manager}: ${set.id}: ${size}${works}`);
  return done;
}

/** The binary of Node 22, from npm. */
async function oldestNode(): Promise<string> {
  const set = { id: 'node22', title: '', packages: ['node@22'], imports: [], typical: false };
  const { folder } = await install('npm', set, {
    folder: join(scratch, 'node22'),
    origin: 'http://127.0.0.1',
    node: process.execPath,
  });
  return join(folder, 'node_modules/node/bin/node');
}

/** `attw` looks at a tarball as TypeScript does, in every mode; what is no ES module cannot use ours. */
async function checkTypesOf(packed: readonly Tarball[]): Promise<void> {
  const attw = join(root, 'node_modules/.bin/attw');
  const importable = packed.filter(({ manifest }) => manifest.exports !== undefined);
  await inLanes(importable, ({ file }) =>
    runProcess(attw, [file, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'], { cwd: root, node: process.execPath }),
  );
}

/** All providers, as a process of its own, and the variables by which adapters find it. */
async function startProvider(): Promise<Disposable & { readonly env: Readonly<Record<string, string>> }> {
  const script = join(root, 'packages/testing/dist/fake-provider/fake-provider-main.js');
  const answers = join(import.meta.dirname, 'install-sizes/__fixtures__/provider.mjs');
  const child = spawn(process.execPath, [script, '--port', '0', '--script', answers, '--with-parent'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const origin = await new Promise<string>((resolve, reject) => {
    child
      .once('error', reject)
      .stdout.setEncoding('utf8')
      .once('data', (line: string) => resolve(line.trim()));
  });
  const key = 'test-key';
  const env = {
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: `${origin}/v1`,
    AZURE_OPENAI_API_KEY: key,
    AZURE_OPENAI_ENDPOINT: origin,
    ANTHROPIC_API_KEY: key,
    ANTHROPIC_BASE_URL: `${origin}/anthropic`,
    HF_TOKEN: key,
    FAKE_HUGGINGFACE: `${origin}/huggingface`,
    FAKE_APP: `${origin}/app`,
  };
  return { env, [Symbol.dispose]: () => void child.kill() };
}

function* tooLarge(all: readonly Installation[]): Generator<string> {
  for (const { set, packages, bytes } of all) {
    if (set.id !== 'core') continue;
    if (packages >= CORE.packages) yield `core installs ${packages} packages; it must be fewer than ${CORE.packages}.`;
    if (bytes >= CORE.bytes) yield `core installs ${bytes} bytes; it must be less than ${CORE.bytes}.`;
  }
}

/** One after the other, each installation on each Node in turn, so that a busy moment of the machine does not fall on one of them alone. */
async function measured(all: readonly Installation[]): Promise<readonly Measured[]> {
  const times = all.map(() => Object.keys(nodes).map((): number[] => []));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, installation] of all.entries()) {
      for (const [at, node] of Object.values(nodes).entries()) times[index]?.[at]?.push(await importTime(installation, node));
    }
    say(`imports measured, round ${round + 1} of ${ROUNDS}`);
  }
  return all.map((installation, index) => ({ installation, importMs: (times[index] ?? []).map(median) }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** All results in order, `LANES` at a time; the first failure ends it. */
async function inLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = all.entries();
  const lane = async (): Promise<void> => {
    for (const [index, one] of waiting) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
