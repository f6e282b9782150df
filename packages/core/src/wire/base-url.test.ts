import { expect, test } from 'vitest';
import { baseUrl, httpAddress } from '../index.ts';

test.each([
  ['http://localhost:8000/v1', 'http://localhost:8000/v1'],
  ['http://localhost:8000/v1/', 'http://localhost:8000/v1'],
  ['HTTPS://Example.com//', 'https://example.com'],
])('%s is %s: equal servers have equal names', (given, url) => {
  expect(baseUrl(given, 'base-url')).toBe(url);
});

test.each([
  ['localhost:8000', "base-url is 'localhost:8000', which is no http or https address."],
  ['file:///etc/passwd', "base-url is 'file:///etc/passwd', which is no http or https address."],
  ['https://me:canary@host/v1', 'base-url holds a user or password, which would be stored with the run: give the key apart.'],
  ['https://host/v1?key=canary', "base-url ends in '?…', and paths are put behind it: write it without."],
  ['https://host/v1#top', "base-url ends in '#…', and paths are put behind it: write it without."],
])('%s is none, and what may be a secret is not repeated', (given, message) => {
  expect(() => baseUrl(given, 'base-url')).toThrow(expect.objectContaining({ code: 'bad-base-url', message }));
});

test('the address of something on a server may have a query', () => {
  expect(httpAddress('https://host/ask?q=1', 'url').search).toBe('?q=1');
});
