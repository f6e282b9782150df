import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const rows = [
  { question: '대한민국의 수도는?', expected: '서울' },
  { question: '빵을 부풀게 하는 것은?', expected: '효모' },
];
const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];

function folderWithRows(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  folder.install('@touchstone/model-openai', 'packages/models/openai');
  return folder;
}

describe('touchstone models', () => {
  it('logs, registers, lists and evaluates: by every address the same model, asked once', async () => {
    await using provider = await fakeProvider({
      answers: { chat: ({ prompt }) => (prompt.includes('수도') ? '서울' : '모른다') },
    });
    const folder = folderWithRows();
    const env = { OPENAI_BASE_URL: provider.openai, OPENAI_API_KEY: 'key' };
    const touchstone = (...args: readonly string[]) => folder.start(args, { env }).ended;
    const options = ['--model-option', 'system=한 낱말로.', '--model-option', 'max-output-tokens=2000'];

    const logged = await touchstone('models', 'log', 'openai:/gpt-5-mini', ...options, '--run-name', '짧게');
    expect(folder.tidy(logged.stdout)).toBe('runs:/RUN-ID/model\n');
    const uri = logged.stdout.trim();
    expect(folder.tidy(logged.stderr)).toBe('Register it with touchstone models register runs:/RUN-ID/model NAME.\n');
    expect(await touchstone('models', 'register', uri, '한 낱말', '--alias', '챔피언')).toEqual({
      exitCode: 0,
      stdout: 'models:/한 낱말/1\n',
      stderr: '',
    });
    const second = await touchstone('models', 'log', 'openai:/gpt-5', '--register', '한 낱말');
    expect(second).toEqual({ exitCode: 0, stdout: 'models:/한 낱말/2\n', stderr: '' });
    expect((await touchstone('models', 'stage', '한 낱말', '2', 'Staging')).stderr).toBe(
      'Version 2 of 한 낱말 is in the stage Staging now.\n',
    );
    const today = new Date().toISOString().slice(0, 10);
    expect((await touchstone('models', 'list')).stdout).toBe(
      [
        'name     version  aliases  stage    registered  model',
        `한 낱말  1        챔피언            ${today}  openai:/gpt-5-mini`,
        `한 낱말  2                 Staging  ${today}  openai:/gpt-5`,
        '',
      ].join('\n'),
    );

    const results = [];
    for (const model of [uri, 'models:/한 낱말/1', 'models:/한 낱말@챔피언', 'openai:/gpt-5-mini']) {
      const own = model.startsWith('openai') ? options : [];
      const ended = await touchstone('run', ...scored, '--model', model, ...own, '--json', '--quiet');
      expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('finished: 2 rows') });
      const { metrics, usage } = JSON.parse(ended.stdout);
      results.push([metrics['exact_match/v1/mean'] ?? metrics['exact_match/v1'], usage.calls, usage.cachedCalls]);
    }
    expect(results).toEqual([
      [0.5, 2, 0],
      [0.5, 0, 2],
      [0.5, 0, 2],
      [0.5, 0, 2],
    ]);
    expect(provider.calls()).toHaveLength(2);
    expect(provider.calls()[0]?.body).toMatchObject({
      messages: [{ content: '한 낱말로.' }, { content: expect.any(String) }],
    });
    const plan = await touchstone('run', ...scored, '--model', 'models:/한 낱말@챔피언', '--dry-run');
    expect(plan.stdout).toContain('model: openai:/gpt-5-mini, logged as models:/한 낱말/1\n');

    expect((await touchstone('models', 'alias', '한 낱말', '챔피언', '2')).stderr).toBe(
      'models:/한 낱말@챔피언 is version 2 now.\n',
    );
    expect((await touchstone('models', 'alias', '한 낱말', '챔피언', '--remove')).stderr).toBe(
      'models:/한 낱말@챔피언 means nothing any more.\n',
    );
    await touchstone('models', 'alias', '한 낱말', '챔피언', '1');
    const warned = 'Registered models that were logged in it can then not be evaluated any more: models:/한 낱말/1 (@챔피언).\n';
    const asked = await touchstone('delete', '짧게');
    expect([asked.exitCode, folder.tidy(asked.stderr)]).toEqual([
      2,
      `${warned}Deleting 짧게 (ID, finished) needs --yes where nobody can be asked.
`,
    ]);
    const deleted = await touchstone('delete', '짧게', '--yes');
    expect(folder.tidy(deleted.stderr)).toBe(`${warned}Deleted 짧게 (ID, finished).\n`);
    await touchstone('models', 'alias', '한 낱말', '챔피언', '--remove');
    const gone = JSON.parse((await touchstone('models', 'list', '한 낱말', '--json')).stdout).models[0];
    expect(gone.aliases).toEqual({});
    expect(gone.versions).toMatchObject([
      { version: 1, uri: 'models:/한 낱말/1', problem: { code: 'model-run-deleted' } },
      { version: 2, stage: 'Staging', spec: { schema: 1, kind: 'uri', uri: 'openai:/gpt-5' } },
    ]);
  });

  it('takes functions by their files, and says when one has changed', async () => {
    const folder = folderWithRows();
    const code = 'export const answer = ({ question }: { question: string }) => (question.includes("수도") ? "서울" : "");';
    folder.write('답.ts', code);
    const { stdout } = await folder.touchstone('models', 'log', './답.ts#answer', '--register', '답');
    expect(stdout).toBe('models:/답/1\n');
    const byFile = await folder.touchstone('run', ...scored, '--model', './답.ts#answer', '--json');
    const byUri = await folder.touchstone('run', ...scored, '--model', 'models:/답/1', '--json');
    const [one, other] = [JSON.parse(byFile.stdout), JSON.parse(byUri.stdout)];
    expect(other.metrics).toEqual(one.metrics);
    expect(other.warnings).toEqual(one.warnings);
    folder.write('답.ts', `${code} // later`);
    const changed = JSON.parse((await folder.touchstone('run', ...scored, '--model', 'models:/답/1', '--json')).stdout);
    expect(changed.warnings).toContain('./답.ts has changed since models:/답/1 was logged: it is evaluated as it is now.');
  });

  it('is gone on with after an interrupt, by the address', async () => {
    const folder = folderWithRows();
    folder.write('답.ts', 'export const answer = () => "서울";');
    await folder.touchstone('models', 'log', './답.ts#answer', '--register', '답');
    const ended = await folder.touchstone('run', ...scored, '--model', 'models:/답/latest', '--run-name', '하나');
    expect(ended.exitCode).toBe(0);
    expect((await folder.touchstone('resume', '하나', '--retry-failed')).stderr).toContain('Nothing has failed in run 하나');
  });

  it.each([
    [
      ['models', 'list', 'x'],
      "There is no registered model 'x'. There are none: register a logged model with registerModel('runs:/RUN/model', 'NAME').\n",
    ],
    [['models', 'log', 'opnai:/gpt-5'], "There is no model scheme 'opnai' (of 'opnai:/gpt-5'). Did you mean 'openai'?\n"],
    [
      ['models', 'register', 'openai:/gpt-5', 'x'],
      "'openai:/gpt-5' is no logged model: log it first, and register what logModel gives: runs:/RUN/NAME.\n",
    ],
    [
      ['models', 'alias', 'x', 'y'],
      'Say which version is meant, as in touchstone models alias NAME ALIAS 3; or take the alias away with --remove.\n',
    ],
    [['models', 'aliass', 'x', 'y'], "There is no command 'aliass'. Did you mean alias?\n"],
    [
      ['models', 'log', 'openai:/gpt-5', '--model-option', 'headers={"authorization": "Bearer abcdefghijklmnopqrstuvw"}'],
      'options.headers.authorization holds a credential, which is never stored: set a variable in the environment, and in headers write ${VARIABLE} for it.\n',
    ],
    [
      ['run', ...scored, '--model', 'models:/x'],
      "'models:/x' does not say which version is meant: write models:/x/1, models:/x@ALIAS or models:/x/latest.\n",
    ],
    [
      ['run', ...scored, '--model', 'runs:/@last/model'],
      "There is no run '@last'. The store has no runs yet: start one with touchstone run.\n",
    ],
  ])('%j is refused, and nothing is stored', async (args, stderr) => {
    const folder = folderWithRows();
    expect(await folder.touchstone(...args)).toEqual({ exitCode: 2, stdout: '', stderr });
    expect(folder.has('.touchstone')).toBe(false);
  });
});
