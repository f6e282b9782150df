import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { type Ended, TestFolder } from './__fixtures__/test-folder.ts';

const ROWS = 300;
const CONCURRENCY = 4;
const STORE = '저장소/내 실행.db';
const RESUME = `touchstone resume ID --store '${STORE}'`;
const run = [
  ...['run', '--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'],
  ...['--model', './answer.ts#answer', '--concurrency', String(CONCURRENCY), '--store', STORE],
];
const shellRun = run.map((word) => `'${word}'`).join(' ');

/** The model answers at length, so that a small disk is soon full, and writes down what it was asked, on another disk. */
function folderWithModel(pauseMs = 10): TestFolder {
  const folder = new TestFolder();
  folder.writeRows(
    'questions.jsonl',
    Array.from({ length: ROWS }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n} ${'가'.repeat(1_500)}` })),
  );
  folder.write(
    'answer.ts',
    `import { appendFileSync } from 'node:fs';
     import { setTimeout as wait } from 'node:timers/promises';
     export async function answer({ question }: { question: string }) {
       appendFileSync('asked.log', question + '\\n');
       await wait(${pauseMs});
       return question.replace('질문', '답') + ' ' + '가'.repeat(1_500);
     }`,
  );
  folder.write('asked.log', '');
  mkdirSync(join(folder.path, '저장소'));
  return folder;
}

function askedIn(folder: TestFolder): readonly string[] {
  return folder.read('asked.log').split('\n').slice(0, -1);
}

/** Loads a module of the folder of faults before the command line. */
function withFault(name: string, more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const module = pathToFileURL(join(import.meta.dirname, '__fixtures__/faults', name)).href;
  return { NODE_OPTIONS: `--import=${module}`, ...more };
}

function lastLines(folder: TestFolder, stderr: string, count: number): readonly string[] {
  return folder.tidy(stderr).trimEnd().split('\n').slice(-count);
}

/** What was stored when the run stopped is never asked for again, and all else is scored now. */
async function expectGoesOn(folder: TestFolder, stopped: Ended): Promise<void> {
  const before = askedIn(folder).length;
  const shown = await folder.touchstone('show', '@last', '--json', '--store', STORE);
  const stored = expectIntact(shown.stdout, before);
  const resumed = await folder.shell(`${stopped.stderr.trimEnd().split('\n').at(-1)} --json`);
  expectFinished(resumed.exitCode, resumed.stdout);
  expect(askedIn(folder)).toHaveLength(before + ROWS - stored);
}

/** Returns how many rows are stored. */
function expectIntact(shown: string, asked: number): number {
  const { run: ended, metrics, coverage } = JSON.parse(shown);
  // A store that takes nothing at all cannot even be told how the run has ended.
  expect(['incomplete', 'interrupted']).toContain(ended.status);
  const { scored } = coverage['exact_match/v1'];
  expect(scored).toBe(ended.rows);
  expect(scored).toBeGreaterThan(10);
  expect(metrics['exact_match/v1']).toBe(1);
  // It was stopped at once: what could not be kept was not asked for.
  expect(asked).toBeLessThan(ROWS / 2);
  return scored;
}

function expectFinished(exitCode: number | null, stdout: string): void {
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    run: { status: 'finished', rows: ROWS },
    metrics: { 'exact_match/v1': 1 },
    coverage: { 'exact_match/v1': { scored: ROWS } },
  });
}

const FULL = `The disk of FOLDER/${STORE} is full: this was not stored, all before it was. Free some space, then resume the run.`;

describe('a disk that becomes full', () => {
  const mounts = wrapperWithMounts();
  if (mounts === undefined)
    console.warn('The full disk is skipped: nobody may mount a small one here. A store with a quota is tested.');

  it.skipIf(mounts === undefined)('ends the run as incomplete, and it goes on when there is space again', async () => {
    const folder = folderWithModel();
    const { exitCode, stderr } = await folder.shell(
      `set -e
       mount -t tmpfs -o size=700k tmpfs 저장소
       set +e
       touchstone ${shellRun} 2> run.err; echo $? > run.code
       touchstone show @last --json --store '${STORE}' > show.json
       cp asked.log asked-before.log
       mount -o remount,size=64m tmpfs 저장소
       eval "$(tail -n 1 run.err) --json" > resume.json; echo $? > resume.code
       touchstone doctor --store '${STORE}' > doctor.txt; echo $? > doctor.code`,
      { wrapper: mounts ?? [] },
    );
    expect({ exitCode, stderr: folder.tidy(stderr) }).toMatchObject({ exitCode: 0 });
    expect(folder.read('run.code')).toBe('3\n');
    expect(lastLines(folder, folder.read('run.err'), 3)).toEqual([FULL, 'Continue it with:', RESUME]);
    const before = folder.read('asked-before.log').split('\n').length - 1;
    const stored = expectIntact(folder.read('show.json'), before);
    expectFinished(Number(folder.read('resume.code')), folder.read('resume.json'));
    expect(askedIn(folder)).toHaveLength(before + ROWS - stored);
    expect(folder.read('doctor.code')).toBe('0\n');
    expect(folder.read('doctor.txt')).toMatch(/^store {5}저장소\/내 실행\.db: well, 1 run, /mu);
  });

  it('ends the run as incomplete also where a quota is reached', async () => {
    const folder = folderWithModel();
    const stopped = await folder.start(run, { env: withFault('full-disk.mjs', { FAULT_PAGES: '120' }) }).ended;
    expect(stopped.exitCode).toBe(3);
    expect(lastLines(folder, stopped.stderr, 3)).toEqual([FULL, 'Continue it with:', RESUME]);
    await expectGoesOn(folder, stopped);
  });

  it.skipIf(mounts === undefined)(
    'refuses to start where there is no space from the beginning, and nothing was asked',
    async () => {
      const folder = folderWithModel();
      await folder.shell(
        `mount -t tmpfs -o size=16k tmpfs 저장소 && head -c 16384 /dev/zero > 저장소/filler
       touchstone ${shellRun} 2> run.err; echo $? > run.code`,
        { wrapper: mounts ?? [] },
      );
      expect({ code: folder.read('run.code'), stderr: folder.tidy(folder.read('run.err')) }).toEqual({
        code: '3\n',
        stderr: `${FULL}\n`,
      });
      expect(askedIn(folder)).toEqual([]);
    },
  );
});

const tracing = canInject();
if (!tracing) console.warn('Faults of the kernel are skipped: there is no strace here that may inject them.');

describe('a disk that reports errors', () => {
  const sentence = `The disk of FOLDER/${STORE} reports an error (disk I/O error): this was not stored, all before it was. Look after the disk (its cable, its quota, the system's log), then resume the run.`;

  it('ends the run as incomplete, and it goes on when the disk is well', async () => {
    const folder = folderWithModel();
    const stopped = await folder.start(run, { env: withFault('disk-error.mjs', { FAULT_COMMIT: '15' }) }).ended;
    expect(stopped.exitCode).toBe(3);
    expect(lastLines(folder, stopped.stderr, 3)).toEqual([sentence, 'Continue it with:', RESUME]);
    await expectGoesOn(folder, stopped);
  });

  it.skipIf(!tracing)('ends the run so when the kernel itself refuses to sync', async () => {
    const folder = folderWithModel();
    const stopped = await folder.shell(`touchstone ${shellRun}`, { wrapper: atSyncOfLog(folder, 'error=EIO:when=15+') });
    expect(stopped.exitCode).toBe(3);
    expect(lastLines(folder, stopped.stderr, 3)).toEqual([sentence, 'Continue it with:', RESUME]);
    await expectGoesOn(folder, stopped);
  });
});

describe('a store that may not be written', () => {
  const sentence = `FOLDER/${STORE} cannot be written: the file, its folder or its disk is read-only for this user. Allow writing, or name another store.\n`;
  // Nothing is read-only for root but what is mounted so.
  const isRoot = process.getuid?.() === 0;
  const mounts = isRoot ? wrapperWithMounts() : [];
  if (mounts === undefined) console.warn('Read-only stores are skipped: root may write everywhere, and nobody may mount here.');

  it.skipIf(mounts === undefined).each([
    ['its folder, before there is a store', 'new'],
    ['its folder and the file', 'there'],
  ])('stops the run before anything is asked, and says what to do: %s', async (_, state) => {
    const folder = folderWithModel();
    const first = state === 'new' ? ':' : `touchstone ${shellRun} --limit 3 2> first.err; cp asked.log before.log`;
    const close = isRoot ? 'mount --bind 저장소 저장소 && mount -o remount,ro,bind 저장소' : 'chmod -R a-w 저장소';
    await folder.shell(
      `${first}
       ${close}
       touchstone ${shellRun} 2> run.err; echo $? > run.code
       touchstone runs --store '${STORE}' > runs.txt; echo $? > runs.code`,
      { wrapper: mounts ?? [] },
    );
    if (!isRoot)
      for (const name of ['저장소', STORE]) if (existsSync(join(folder.path, name))) chmodSync(join(folder.path, name), 0o700);
    expect({ code: folder.read('run.code'), stderr: folder.tidy(folder.read('run.err')) }).toEqual({
      code: '3\n',
      stderr: sentence,
    });
    expect(askedIn(folder)).toHaveLength(state === 'new' ? 0 : 3);
    // Reading goes on.
    expect(folder.read('runs.code')).toBe('0\n');
    expect(folder.read('runs.txt').includes('finished')).toBe(state === 'there');
  });
});

describe('a store that is damaged', () => {
  it('stops a resume with what to do, is saved to a new file, and the run goes on there', async () => {
    const folder = folderWithModel(20);
    const started = folder.start(run);
    while (askedIn(folder).length < 80 && started.process.exitCode === null) await wait(10);
    started.process.kill('SIGINT');
    expect((await started.ended).exitCode).toBe(130);
    const file = join(folder.path, STORE);
    const pages = pagesOf(file, 'row').filter((_, index) => index % 3 === 1);
    const handle = openSync(file, 'r+');
    for (const page of pages) writeSync(handle, Buffer.alloc(4096, '망가진 쪽'), 0, 4096, (page - 1) * 4096);
    closeSync(handle);
    const before = askedIn(folder).length;

    const refused = await folder.touchstone('resume', '--store', STORE);
    expect(refused.exitCode).toBe(3);
    expect(lastLines(folder, refused.stderr, 3)).toEqual([
      expect.stringMatching(
        /^FOLDER\/저장소\/내 실행\.db is damaged \(.+\)\. Keep a copy of it and of .+-wal before anything else; touchstone doctor --repair saves what can be read to a new file\.$/u,
      ),
      'Save what can be read of the store to a new file with:',
      `touchstone doctor --repair --store '${STORE}'`,
    ]);
    expect(askedIn(folder)).toHaveLength(before);
    const doctor = await folder.touchstone('doctor', '--store', STORE);
    expect(doctor.exitCode).toBe(3);
    expect(doctor.stdout).toMatch(/^store {5}저장소\/내 실행\.db: damaged, 1 run, /mu);
    expect(lastLines(folder, doctor.stderr, 1)).toEqual([`touchstone doctor --repair --store '${STORE}'`]);

    const damaged = readFileSync(file);
    const repaired = await folder.shell(doctor.stderr.trimEnd().split('\n').at(-1) ?? '');
    expect(repaired.exitCode).toBe(3);
    const to = '저장소/내 실행.salvaged.db';
    expect(folder.tidy(repaired.stdout)).toMatch(
      new RegExp(
        `^${STORE} is damaged\\. What can be read of it was saved to ${to}; the damaged file was not changed\\.\n\n` +
          'run +name +status +saved +lost\n' +
          'ID +questions\\.jsonl ID +incomplete +\\d+ rows, \\d+ predictions, \\d+ scores +\\d+ rows, \\d+ predictions, \\d+ scores\n\n' +
          `Not readable: ${pages.length} pages of row\\.\n$`,
        'u',
      ),
    );
    expect(readFileSync(file).equals(damaged)).toBe(true);
    expect(lastLines(folder, repaired.stderr, 2)).toEqual([
      'A resume makes what is missing of a run:',
      `touchstone resume ID --store '${to}'`,
    ]);

    const resumed = await folder.shell(`${repaired.stderr.trimEnd().split('\n').at(-1)} --json`);
    expectFinished(resumed.exitCode, resumed.stdout);
    const saved = Number(/(\d+) rows, /u.exec(repaired.stdout)?.[1]);
    expect(askedIn(folder)).toHaveLength(before + ROWS - saved);
    expect((await folder.touchstone('doctor', '--store', to)).exitCode).toBe(0);
  });

  it('is not repaired over a file that is there, nor where nothing is wrong', async () => {
    const folder = folderWithModel();
    await folder.touchstone(...run, '--limit', '5');
    const well = await folder.touchstone('doctor', '--repair', '--store', STORE);
    expect(well).toEqual({ exitCode: 0, stdout: `${STORE} is well: there is nothing to repair.\n`, stderr: '' });
    expect(readdirSync(join(folder.path, '저장소')).filter((name) => name.includes('salvaged'))).toEqual([]);
    const handle = openSync(join(folder.path, STORE), 'r+');
    writeSync(handle, Buffer.alloc(4096), 0, 4096, (pagesOf(join(folder.path, STORE), 'score')[0] ?? 1) * 4096 - 4096);
    closeSync(handle);
    folder.write('mine.db', 'mine');
    const refused = await folder.touchstone('doctor', '--repair', '--to', 'mine.db', '--store', STORE);
    expect({ ...refused, stderr: folder.tidy(refused.stderr) }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'FOLDER/mine.db exists already, and what is saved goes to a new file: name another one.\n',
    });
    expect(folder.read('mine.db')).toBe('mine');
    const missing = await folder.touchstone('doctor', '--repair', '--store', 'no.db');
    expect(missing).toMatchObject({
      exitCode: 2,
      stderr: 'There is no store no.db, so there is nothing to repair: name one with --store.\n',
    });
    const alone = await folder.touchstone('doctor', '--to', 'new.db');
    expect(alone).toMatchObject({
      exitCode: 2,
      stderr: '--to names the file that --repair writes: add --repair, or leave --to out.\n',
    });
  });
});

describe('a process that was killed', () => {
  it.skipIf(!tracing).each([15, 30])('between the write and the sync of commit %i loses nothing and goes on', async (commit) => {
    const folder = folderWithModel();
    await folder.shell(`touchstone ${shellRun}`, { wrapper: atSyncOfLog(folder, `signal=SIGKILL:when=${commit}`) });
    const before = askedIn(folder);
    expect(new Set(before).size).toBe(before.length);
    expect(before.length).toBeLessThan(ROWS);
    const shown = await folder.touchstone('show', '@last', '--json', '--store', STORE);
    const { scored } = JSON.parse(shown.stdout).coverage['exact_match/v1'];
    expect(scored).toBeGreaterThan(10);
    const resumed = await folder.touchstone('resume', '--store', STORE, '--json');
    expectFinished(resumed.exitCode, resumed.stdout);
    // All was asked, and twice what had no score yet: at most that, as predictions are stored before their scores.
    expect(new Set(askedIn(folder)).size).toBe(ROWS);
    expect(askedIn(folder).length).toBeLessThanOrEqual(before.length + ROWS - scored);
    expect((await folder.touchstone('doctor', '--store', STORE)).exitCode).toBe(0);
  });

  it('leaves what doctor tells of, with the command to go on, and tidies up', async () => {
    const folder = folderWithModel(20);
    const started = folder.start(run);
    while (askedIn(folder).length < 20 && started.process.exitCode === null) await wait(10);
    started.process.kill('SIGKILL');
    await started.ended;
    const { exitCode, stdout } = await folder.touchstone('doctor', '--store', STORE, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      store: { ok: true, died: [{ name: expect.stringMatching(/^questions\.jsonl /) }], leftoverLeases: [expect.any(String)] },
    });
    const text = (await folder.touchstone('doctor', '--store', STORE)).stdout.replaceAll(/\n {2,}/gu, ' ');
    expect(folder.tidy(text)).toContain(`unfinished  questions.jsonl ID: its process died. Go on with ${RESUME}\n`);
    expect(text).toContain('1 lease file of dead processes, which hold nothing');
    const repaired = await folder.touchstone('doctor', '--repair', '--store', STORE);
    expect(repaired.stdout).toBe(
      `${STORE} is well: there is nothing to repair.\nRemoved 1 lease file that dead processes had left.\n`,
    );
    const resumed = await folder.touchstone('resume', '--store', STORE, '--json');
    expectFinished(resumed.exitCode, resumed.stdout);
    expect(new Set(askedIn(folder)).size).toBe(ROWS);
  });
});

describe('a clock that is set while a run goes on', () => {
  it.each([
    ['an hour back', -3_600_000],
    ['an hour ahead', 3_600_000],
  ])('breaks nothing, and the run lasts as long as it did: %s', async (_, jump) => {
    await using provider = await fakeProvider({
      answers: { chat: '답' },
      faults: [
        { fault: 'server-error', on: [2] },
        { fault: 'rate-limit', on: [5] },
      ],
    });
    const folder = new TestFolder();
    folder.install('@touchstone/model-openai', 'packages/models/openai');
    folder.writeRows(
      'questions.jsonl',
      Array.from({ length: 8 }, (_, n) => ({ question: `질문 ${n}`, expected: '답' })),
    );
    const asking = [
      'run',
      '--data',
      'questions.jsonl',
      '--inputs',
      'question',
      '--targets',
      'expected',
      '--metric',
      'exact_match',
    ];
    const began = performance.now();
    const { exitCode, stdout } = await folder.start(
      [
        ...asking,
        '--metric',
        'latency',
        '--model',
        'openai:/gpt-5-mini',
        '--concurrency',
        '2',
        '--timeout',
        '30',
        '--store',
        STORE,
        '--json',
      ],
      { env: withFault('clock-jump.mjs', { FAULT_JUMP: String(jump), OPENAI_API_KEY: 'key', OPENAI_BASE_URL: provider.openai }) },
    ).ended;
    const took = performance.now() - began;
    expect(exitCode).toBe(0);
    const { run: ran, metrics, coverage } = JSON.parse(stdout);
    expect(coverage['exact_match/v1']).toMatchObject({ scored: 8 });
    const lasted = Date.parse(ran.endedAt) - Date.parse(ran.startedAt);
    expect(lasted).toBeGreaterThan(0);
    expect(lasted).toBeLessThanOrEqual(took);
    const latency = metrics['latency/mean'] * 1_000;
    expect(latency).toBeGreaterThan(0);
    expect(latency).toBeLessThanOrEqual(took);
    const shown = await folder.touchstone('show', '@last', '--store', STORE, '--verbose');
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout.split('\n')[0]).toMatch(/ · finished · 8 rows · \d+(?:\.\d)? m?s$/u);
    expect(shown.stdout).not.toMatch(/-\d+(?:\.\d+)? m?s\b/u);
  });
});

/** What starts a shell that may mount, in a namespace of its own: its mounts vanish with it. */
function wrapperWithMounts(): readonly string[] | undefined {
  const wrappers = [
    ['unshare', '-m'],
    ['unshare', '-r', '-m'],
  ];
  return wrappers.find(([command = '', ...args]) => {
    try {
      execFileSync(command, [...args, 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a command so that this happens when it syncs the store's log, which has been written by then. */
function atSyncOfLog(folder: TestFolder, fault: string): readonly string[] {
  const injecting = ['-e', 'trace=fdatasync,fsync', '-e', `inject=fdatasync,fsync:${fault}`];
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-P', join(folder.path, `${STORE}-wal`), ...injecting];
}

function canInject(): boolean {
  try {
    execFileSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The leaves of a table, by SQLite's own list of pages. */
function pagesOf(file: string, table: string): readonly number[] {
  expect(statSync(file).size).toBeGreaterThan(0);
  const database = new DatabaseSync(file, { readOnly: true });
  const pages = database.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'").all(table);
  database.close();
  return pages.map(({ pageno }) => Number(pageno));
}
