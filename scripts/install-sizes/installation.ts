import { existsSync, globSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstallSet, programText } from './install-sets.ts';
import { runProcess } from './run-process.ts';

/** A folder in which one set was installed and nothing else. */
export interface Installation {
  readonly set: InstallSet;
  readonly folder: string;
  readonly packages: number;
  /** Of all installed files, in bytes. */
  readonly bytes: number;
}

export interface InstallOptions {
  /** An empty folder is made here. */
  readonly folder: string;
  /** Of the registry of our packages. */
  readonly origin: string;
  readonly node: string;
}

const INSTALL: Readonly<Record<'npm' | 'pnpm', readonly [command: string, ...args: string[]]>> = {
  npm: ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict', '--prefer-offline'],
  pnpm: ['npx', '-y', 'pnpm@12', 'add', '--reporter=silent'],
};

/** Installs a set into an empty folder as its reader would. */
export async function install(
  manager: 'npm' | 'pnpm',
  set: InstallSet,
  { folder, origin, node }: InstallOptions,
): Promise<Installation> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  writeFileSync(join(folder, '.npmrc'), `@touchstone:registry=${origin}/\n`);
  // The folder is nobody's workspace, wherever it lies.
  if (manager === 'pnpm') writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages: []\n');
  const [command, ...args] = INSTALL[manager];
  await runProcess(command, [...args, ...set.packages], { cwd: folder, node });
  return { set, folder, ...contentOf(folder) };
}

function contentOf(folder: string): Pick<Installation, 'packages' | 'bytes'> {
  const modules = join(folder, 'node_modules');
  const lock = join(modules, '.package-lock.json');
  const packages = existsSync(lock) ? Object.keys(JSON.parse(readFileSync(lock, 'utf8')).packages).length : 0;
  let bytes = 0;
  for (const file of globSync('**/*', { cwd: modules, withFileTypes: true })) {
    if (file.isFile() && file.name !== '.package-lock.json') bytes += lstatSync(join(file.parentPath, file.name)).size;
  }
  return { packages, bytes };
}

/** What consumers' compilers are told: Node's own resolution, and that of bundlers. */
const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16', outDir: 'out' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', noEmit: true },
} as const;

/**
 * Compiles the program of the set in its folder, with the types of all its packages checked.
 * @param root where TypeScript and the types of Node are
 */
export async function compileProgram(
  { set, folder }: Installation,
  { root, node }: { readonly root: string; readonly node: string },
): Promise<void> {
  const { program } = set;
  if (program === undefined) return;
  for (const file of ['equal', program]) writeFileSync(join(folder, `${file}.ts`), programText(file));
  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    // The set of everything has all packages, so that bundlers need not be looked at again for each.
    if (name === 'bundler' && !set.typical) continue;
    const compilerOptions = {
      ...resolution,
      target: 'es2023',
      lib: ['es2024', 'esnext.array', 'esnext.disposable', 'esnext.iterator'],
      strict: true,
      exactOptionalPropertyTypes: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions, files: [`${program}.ts`] }));
    await runProcess(node, [join(root, 'node_modules/typescript/bin/tsc'), '-p', `tsconfig.${name}.json`], { cwd: folder, node });
  }
}

/** Runs what `compileProgram` made. @throws what the program throws: it checks its own results */
export async function runProgram(
  { set, folder }: Installation,
  node: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  if (set.program === undefined) return;
  const fresh = `run-${globSync('run-*', { cwd: folder }).length}`;
  mkdirSync(join(folder, fresh));
  // Programs write into the working directory; each run gets one of its own.
  await runProcess(node, [join(folder, 'out', `${set.program}.js`)], { cwd: join(folder, fresh), node, env });
}

/** The command, where it was installed: a real evaluation of a small file. */
export async function runCommand({ folder }: Installation, node: string): Promise<void> {
  writeFileSync(join(folder, 'answers.jsonl'), '{"output":"두 단어"}\n{"output":"and three words"}\n');
  const command = join(folder, 'node_modules/@touchstone/cli/dist/main.js');
  const run = ['run', '--data', 'answers.jsonl', '--predictions', 'output', '--metric', 'word_count', '--json'];
  const { metrics } = JSON.parse(await runProcess(node, [command, ...run], { cwd: folder, node }));
  if (metrics['word_count/v1/mean'] !== 2.5) throw new Error(`touchstone run says ${JSON.stringify(metrics)}.`);
  await runProcess(node, [command, 'plugins'], { cwd: folder, node });
}

/** Milliseconds that a process takes to import what the program of the set imports, its own start not counted. */
export async function importTime({ set, folder }: Installation, node: string): Promise<number> {
  const script = `const start = performance.now();
    for (const name of ${JSON.stringify(set.imports)}) await import(name);
    process.stdout.write(String(performance.now() - start));`;
  return Number(await runProcess(node, ['--input-type=module', '-e', script], { cwd: folder, node }));
}
