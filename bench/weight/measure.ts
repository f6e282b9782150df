import { cpSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { numberFromChild, run } from '../child.ts';
import { interleaved } from '../median.ts';
import type { BenchOptions } from '../options.ts';
import { scratchFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Package → its folder; each is installed with what it needs, in a folder of its own. */
const SETS = {
  '@touchstone/core': 'packages/core',
  '@touchstone/metric-text': 'packages/metrics/text',
  '@touchstone/metric-tokens': 'packages/metrics/tokens',
  '@touchstone/metric-readability': 'packages/metrics/readability',
  '@touchstone/metric-rouge': 'packages/metrics/rouge',
  '@touchstone/metric-retrieval': 'packages/metrics/retrieval',
  '@touchstone/sentence-encoder': 'packages/sentence-encoder',
  '@touchstone/metric-genai': 'packages/metrics/genai',
  '@touchstone/metric-embedding': 'packages/metrics/embedding',
  '@touchstone/metric-toxicity': 'packages/metrics/toxicity',
  '@touchstone/evaluator-classic': 'packages/evaluators/classic',
  '@touchstone/dataset-files': 'packages/datasets/files',
  '@touchstone/store-sqlite': 'packages/stores/sqlite',
  '@touchstone/cli': 'apps/cli',
} as const;

/** What a user gets from npm: packages, megabytes, and how long the first import takes. Quick: the import from the workspace only. */
export async function measureWeight({ quick }: BenchOptions): Promise<readonly Table[]> {
  const installs = quick ? [await workspaceInstall()] : await installSets();
  const times = await interleaved(quick ? 3 : 7, {
    'bare node': () => wallTime(['-e', '']),
    ...Object.fromEntries(installs.map(({ name, folder }) => [name, () => startTime(name, folder)])),
  });
  const rows = installs.map(({ name, packages, bytes }) => [
    name,
    Number.isNaN(packages) ? '–' : String(packages),
    number(bytes / 2 ** 20),
    name === CLI ? '–' : number(times.get(name) ?? Number.NaN),
    name === CLI ? number(times.get(name) ?? Number.NaN) : '–',
  ]);
  const bare = ['node itself', '–', '–', '–', number(times.get('bare node') ?? Number.NaN)];
  return [
    {
      columns: ['installed by npm in an empty folder', 'packages', 'MB on disk', 'first import, ms', 'whole process, ms'],
      rows: [...rows, bare],
    },
    aimTable(
      aimsOf(
        installs.find(({ name }) => name === CORE),
        times.get(CORE),
      ),
    ),
  ];
}

function aimsOf(core: Install | undefined, importMs = Number.NaN): readonly Aim[] {
  const { packages = Number.NaN, bytes = Number.NaN } = core ?? {};
  return [
    { aim: 'core: fewer than 10 packages', measured: packages, most: 9 },
    { aim: 'core: less than 5 MB', measured: bytes / 2 ** 20, most: 5 },
    { aim: 'core: imported in less than 60 ms', measured: importMs, most: 60 },
  ];
}

interface Install {
  readonly name: string;
  readonly folder: string;
  readonly packages: number;
  readonly bytes: number;
}

const CORE = '@touchstone/core';
const CLI = '@touchstone/cli';

async function workspaceInstall(): Promise<Install> {
  return { name: CORE, folder: join(ROOT, 'bench'), packages: Number.NaN, bytes: Number.NaN };
}

async function installSets(): Promise<readonly Install[]> {
  const base = scratchFolder('weight');
  rmSync(base, { recursive: true });
  const tarballs = await pack(base);
  const installs: Install[] = [];
  for (const name of Object.keys(SETS)) {
    const folder = join(base, name.replace('@touchstone/', ''));
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const needed = [...closure(name, tarballs)].map((each) => tarballs.get(each)?.tarball ?? '');
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...needed], { cwd: folder });
    const listed = await run('npm', ['ls', '--all', '--parseable', '--loglevel=error'], { cwd: folder });
    const packages = listed.trim().split('\n').length - 1;
    installs.push({ name, folder, packages, bytes: bytesOf(join(folder, 'node_modules')) });
  }
  return installs;
}

interface Packed {
  readonly tarball: string;
  readonly needs: readonly string[];
}

/** The workspace's packages as npm would get them. */
async function pack(base: string): Promise<ReadonlyMap<string, Packed>> {
  const packed = new Map<string, Packed>();
  for (const folder of ['packages/stats', 'packages/sentence-encoder', ...Object.values(SETS)]) {
    const destination = join(base, 'tarballs', folder.replaceAll('/', '-'));
    await run('npx', ['-y', 'pnpm@12', '--dir', join(ROOT, folder), 'pack', '--pack-destination', destination], { cwd: ROOT });
    const { name, dependencies = {} } = await manifestOf(folder);
    const [file = ''] = readdirSync(destination);
    const needs = Object.keys(dependencies).filter((each) => each.startsWith('@touchstone/'));
    packed.set(name, { tarball: join(destination, file), needs });
  }
  return packed;
}

async function manifestOf(
  folder: string,
): Promise<{ readonly name: string; readonly dependencies?: Readonly<Record<string, string>> }> {
  const { default: manifest } = await import(join(ROOT, folder, 'package.json'), { with: { type: 'json' } });
  return manifest;
}

/** The package and those of the workspace that it needs. */
function closure(name: string, packed: ReadonlyMap<string, Packed>, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const need of packed.get(name)?.needs ?? []) closure(need, packed, found);
  return found;
}

/** As `du` counts: whole blocks. */
function bytesOf(path: string): number {
  const status = lstatSync(path);
  const own = status.blocks * 512;
  return status.isDirectory() ? readdirSync(path).reduce((sum, entry) => sum + bytesOf(join(path, entry)), own) : own;
}

function startTime(name: string, folder: string): Promise<number> {
  if (name === CLI) return wallTime([join(folder, 'node_modules/@touchstone/cli/dist/main.js'), '--version'], folder);
  const script = join(folder, 'import-time.mjs');
  cpSync(join(import.meta.dirname, 'import-time.mjs'), script);
  return numberFromChild(script, [name], { cwd: folder }).finally(() => rmSync(script));
}

async function wallTime(args: readonly string[], cwd = ROOT): Promise<number> {
  const started = performance.now();
  await run(process.execPath, args, { cwd });
  return performance.now() - started;
}
