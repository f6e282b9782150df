import { expect, test } from 'vitest';
import { fakeProvider } from '../index.ts';

test('an application without a script says what it was sent', async () => {
  await using provider = await fakeProvider();
  const response = await fetch(`${provider.app}/ask?lang=ko&k=3`, { method: 'PUT', body: JSON.stringify({ q: '무엇?' }) });
  expect(await response.json()).toEqual({ method: 'PUT', path: '/app/ask', query: { lang: 'ko', k: '3' }, body: { q: '무엇?' } });
  expect(await (await fetch(provider.app)).json()).toMatchObject({ method: 'GET', path: '/app', body: null });
});

test('a script answers with JSON, or with any response', async () => {
  await using provider = await fakeProvider({
    answers: {
      app: ({ path, body }) =>
        path.endsWith('/tea')
          ? new Response('short and stout', { status: 418, headers: { 'x-pot': 'tea' } })
          : { answer: `you asked ${JSON.stringify(body)}`, sources: [{ text: 'a' }, { text: 'b' }] },
    },
  });
  const answered = await fetch(`${provider.app}/rag`, { method: 'POST', body: '{"q": "왜?"}' });
  expect(await answered.json()).toEqual({ answer: 'you asked {"q":"왜?"}', sources: [{ text: 'a' }, { text: 'b' }] });
  const tea = await fetch(`${provider.app}/tea`);
  expect([tea.status, tea.headers.get('x-pot'), await tea.text()]).toEqual([418, 'tea', 'short and stout']);
  expect(provider.calls()[1]).toMatchObject({ status: 418, answer: 'short and stout' });
});

test('a script that streams is streamed', async () => {
  await using provider = await fakeProvider({
    answers: {
      app: () =>
        new Response(ReadableStream.from(['data: 1\n\n', 'data: 2\n\n']).pipeThrough(new TextEncoderStream()), {
          headers: { 'content-type': 'text/event-stream' },
        }),
    },
  });
  const response = await fetch(provider.app);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(await response.text()).toBe('data: 1\n\ndata: 2\n\n');
});

test('a path that belongs to nobody', async () => {
  await using provider = await fakeProvider();
  const response = await fetch(`${provider.origin}/elsewhere`);
  expect([response.status, await response.json()]).toEqual([404, { error: 'Not found' }]);
});
