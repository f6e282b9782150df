import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'composing-evaluators.md'), 'utf8');
const quotations = [...page.matchAll(/^\[\S+\]\((\S+)\)\n\n```\w+\n([\s\S]+?)^```$/gmu)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

test('the page quotes every example', () => {
  const files = new Set(quotations.map(({ file }) => file.replace('../examples/composition/', '')));
  expect([...files].sort()).toEqual([
    'replaced-services.ts',
    'reply-care.ts',
    'routing-costs.ts',
    'second-opinion-class.ts',
    'second-opinion.ts',
    'services.ts',
    'touchstone.config.ts',
    'waiting-time.ts',
  ]);
  expect(page.match(/^```ts$/gmu)).toHaveLength(quotations.length);
});

test.each(quotations)('what the page quotes of $file stands there, letter for letter', ({ file, code }) => {
  expect(readFileSync(join(docs, file), 'utf8')).toContain(code);
});
