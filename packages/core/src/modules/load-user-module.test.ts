import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadUserExport, loadUserModule } from '../index.ts';

let cwd = '';
const typescript = `
enum Tone { Polite = 'please' }
function decorate(target: unknown) { return target as never; }
@decorate
class Answers { constructor(private readonly tone: Tone) {} say(q: string) { return this.tone + ' ' + q; } }
export const answer = (row: { q: string }): string => new Answers(Tone.Polite).say(row.q);
export default { name: 'ours' };
`;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'modules-'));
  const files = {
    'answer.ts': typescript,
    'plain.mjs': 'export const answer = () => 1;\n',
    'throws.mjs': "throw new Error('no key');\n",
    'wrong.mjs': 'export const = 1;\n',
    'empty.mjs': 'export {};\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content);
});
afterAll(() => rm(cwd, { recursive: true }));

describe("a user's module", () => {
  test('may be TypeScript of any style', async () => {
    const { value, spec } = await loadUserExport('./answer.ts#answer', { cwd });
    expect((value as (row: object) => string)({ q: 'wait' })).toBe('please wait');
    expect(spec).toEqual({
      module: './answer.ts',
      export: 'answer',
      options: null,
      sourceHash: createHash('sha256').update(typescript).digest('hex'),
    });
  });

  test('without a name is its default export', async () => {
    expect((await loadUserExport('answer.ts', { cwd })).value).toEqual({ name: 'ours' });
    expect((await loadUserExport('answer.ts', { cwd })).spec).toMatchObject({ module: './answer.ts', export: 'default' });
  });

  test('may be plain JavaScript', async () => {
    const { path, exports } = await loadUserModule('plain.mjs', { cwd });
    expect(path).toBe(join(cwd, 'plain.mjs'));
    expect(Object.keys(exports)).toEqual(['answer']);
  });

  test.each([
    ['./nowhere.ts#answer', 'module-not-found', /^There is no file '\.\/nowhere\.ts' \(looked for .+nowhere\.ts\)\.$/u],
    ['./throws.mjs', 'module-failed', /^'\.\/throws\.mjs' could not be loaded: no key$/u],
    ['./wrong.mjs', 'module-failed', /^'\.\/wrong\.mjs' could not be loaded: /u],
    ['./answer.ts#answr', 'export-not-found', /^'\.\/answer\.ts' does not export 'answr'\. Did you mean 'answer'\?$/u],
    ['./answer.ts#toString', 'export-not-found', /^'\.\/answer\.ts' does not export 'toString'\. It exports: .*answer/u],
    [
      './plain.mjs',
      'export-not-found',
      /^'\.\/plain\.mjs' has no default export: name one, \.\/plain\.mjs#NAME\. It exports: answer\.$/u,
    ],
    ['./empty.mjs#answer', 'export-not-found', /^'\.\/empty\.mjs' does not export 'answer'\.$/u],
  ])('%s is refused', async (reference, code, message) => {
    await expect(loadUserExport(reference, { cwd })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
