import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main, node, TestFolder } from './__fixtures__/test-folder.ts';

it('the first example of the README prints what it says', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [script = '', printed = ''] = Array.from(readme.matchAll(/^```(?:sh|text)\n(.*?)^```/gmsu), ([, block]) => block);
  const folder = new TestFolder();
  folder.write('first.sh', `touchstone() { '${node}' '${main}' "$@"; }\n${script}`);
  const output = execFileSync('sh', ['first.sh'], { cwd: folder.path, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const comparable = (text: string): string => folder.tidy(text).replace(/(?<=^row 2 · ).*/mu, 'KEY');
  expect(comparable(output)).toBe(comparable(printed));
});
