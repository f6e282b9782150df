import { describe, expect, test } from 'vitest';
import { chat, createTouchstone, definePlugin, type GenerateRequest, type Json, type LanguageModel, metric } from '../index.ts';

const sent: GenerateRequest[] = [];
const echo: LanguageModel = {
  kind: 'language',
  id: 'echo:/one',
  identity: 'echo',
  scopes: async () => [],
  async send(request) {
    sent.push(request);
    return { value: { text: 'answer' }, finish: 'stop' };
  },
};
const made: unknown[] = [];
const plugin = definePlugin({
  name: 'echo',
  register: (registry) =>
    registry.adapter(
      'echo',
      (uri, options) => {
        made.push([uri, options]);
        return { languageModel: echo };
      },
      { form: 'echo:/NAME', description: 'says what it was sent', variables: [], options: { baseUrl: 'where it is' } },
    ),
});
const touchstone = createTouchstone({ plugins: [plugin] });
const one = metric('one', () => 1);

/** What the model is sent for a row. */
async function messagesOf(model: unknown, row: { readonly [column: string]: Json }, more: object = {}): Promise<GenerateRequest> {
  sent.length = 0;
  await touchstone.evaluate({ data: [row], model, extraMetrics: [one], ...more } as Parameters<typeof touchstone.evaluate>[0]);
  const [request] = sent;
  if (request === undefined) throw new Error('nothing was sent');
  return request;
}
const contentOf = async (template: string, row: { readonly [column: string]: Json }) =>
  (await messagesOf(chat('echo:/one', { messages: [{ role: 'user', content: template }] }), row)).messages[0]?.content;

describe('a template', () => {
  test.each([
    ['{question}', '무엇?'],
    ['Q: {question} / {topic}', 'Q: 무엇? / {question}'],
    ['{{question}} {question}', '{question} 무엇?'],
    ['{ question } {"a": 1} {} {0} {question}', '{ question } {"a": 1} {} {0} 무엇?'],
    ['{numbers} {nothing}|{question}', '[1,2] |무엇?'],
    ['{이름}: {question}', '홍길동: 무엇?'],
  ])('%s becomes %s: one pass, and only identifiers are placeholders', async (template, text) => {
    const row = { question: '무엇?', topic: '{question}', numbers: [1, 2], nothing: null, 이름: '홍길동' };
    expect(await contentOf(template, row)).toBe(text);
  });

  test('with one placeholder that is no column takes the inputs, as MLflow does, and says so', async () => {
    const results = await touchstone.evaluate({
      data: [{ inputs: 'What is MLflow?', source: 'x' }],
      model: chat('echo:/one', {
        messages: [
          { role: 'system', content: 'Two sentences.' },
          { role: 'user', content: '{question}' },
        ],
      }),
      extraMetrics: [one],
    });
    expect(sent.at(-1)?.messages).toEqual([
      { role: 'system', content: 'Two sentences.' },
      { role: 'user', content: 'What is MLflow?' },
    ]);
    expect(results.warnings).toContain('{question} is no column of the data, and is filled with inputs.');
  });

  test.each([
    ['{qestion} {topic}', "The messages ask for {qestion}, and the data has no such column. Did you mean 'question'?"],
    ['{truth}', 'The messages ask for {truth}, which no model ever sees: it is the target, the id or the cluster.'],
  ])('%s is refused before anything is sent', async (content, message) => {
    sent.length = 0;
    const model = chat('echo:/one', { messages: [{ role: 'user', content }] });
    const data = [{ question: 'a', topic: 'b', truth: 'c' }];
    await expect(touchstone.evaluate({ data, model, targets: 'truth', extraMetrics: [one] })).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });
});

describe('without messages', () => {
  test('the inputs are what the user says', async () => {
    expect((await messagesOf('echo:/one', { question: '안녕?', id: 7 }, { inputs: 'question' })).messages).toEqual([
      { role: 'user', content: '안녕?' },
    ]);
  });

  test('a conversation is sent as it is', async () => {
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'https://x/y.png' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [{ id: 'a', function: { name: 'see', arguments: '{"x":1}' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'a cat' },
      { role: 'user', content: 'So?' },
    ];
    const request = await messagesOf('echo:/one', { messages }, { inputs: 'messages' });
    expect(request.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', url: 'https://x/y.png' },
        ],
      },
      { role: 'assistant', content: null, toolCalls: [{ id: 'a', name: 'see', arguments: { x: 1 } }] },
      { role: 'tool', toolCallId: 'a', content: 'a cat' },
      { role: 'user', content: 'So?' },
    ]);
  });

  test.each<[string, Json, unknown]>([
    [
      'chat completions',
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,aGk=' } },
      { type: 'file', mediaType: 'application/pdf', data: 'aGk=', name: 'a.pdf' },
    ],
    [
      'responses',
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,aGk=' },
      { type: 'file', mediaType: 'application/pdf', data: 'aGk=', name: 'a.pdf' },
    ],
    ['responses', { type: 'input_image', image_url: 'https://x/y.png' }, { type: 'image', url: 'https://x/y.png' }],
    ['responses', { type: 'input_text', text: '안녕' }, { type: 'text', text: '안녕' }],
    [
      'messages',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
      { type: 'image', mediaType: 'image/png', data: 'aGk=' },
    ],
    ['messages', { type: 'image', source: { type: 'url', url: 'https://x/y.png' } }, { type: 'image', url: 'https://x/y.png' }],
    [
      'messages',
      { type: 'document', title: 'memo', source: { type: 'text', media_type: 'text/plain', data: 'hi' } },
      { type: 'file', mediaType: 'text/plain', data: 'aGk=', name: 'memo' },
    ],
    [
      'ours',
      { type: 'file', mediaType: 'text/plain', data: 'aGk=', name: 'memo' },
      { type: 'file', mediaType: 'text/plain', data: 'aGk=', name: 'memo' },
    ],
  ])('a part as %s has it is understood: %#', async (_, part, understood) => {
    const messages = [{ role: 'user', content: [part] }];
    const request = await messagesOf('echo:/one', { messages }, { inputs: 'messages' });
    expect(request.messages).toEqual([{ role: 'user', content: [understood] }]);
  });

  test.each<[Json, string]>([
    [
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } }] },
      "message 2 of the conversation cannot be sent: it has a part of type 'input_audio'",
    ],
    [{ role: 'critic', content: 'No.' }, "message 2 of the conversation cannot be sent: it has the role 'critic'"],
  ])('a conversation that cannot be sent fails its row, and is not sent as a text: %#', async (message, reason) => {
    const data = [
      { messages: [{ role: 'system', content: '짧게' }, message] },
      { messages: [{ role: 'user', content: '안녕' }] },
    ];
    for (const model of ['echo:/one', chat('echo:/one', { messages: [{ role: 'user', content: '{messages}' }] })]) {
      sent.length = 0;
      const results = await touchstone.evaluate({ data, model, inputs: 'messages', extraMetrics: [one] });
      const [row] = await Array.fromAsync(results.rows());
      expect(row?.scores.one).toMatchObject({ status: 'failed', error: { message: `there is no prediction: ${reason}` } });
      expect(sent).toHaveLength(1);
    }
  });

  test('lists and objects that are no conversations are sent as JSON', async () => {
    const cell = [{ role: 'button', label: 'OK' }];
    const request = await messagesOf('echo:/one', { cell }, { inputs: 'cell' });
    expect(request.messages).toEqual([{ role: 'user', content: JSON.stringify(cell) }]);
  });

  test('several columns need a choice', async () => {
    await expect(messagesOf('echo:/one', { a: '1', b: '2' })).rejects.toThrow(
      "echo:/one is sent one column, and the data has several: say which with inputs: 'a', or write messages with placeholders.",
    );
  });
});

describe('a conversation column in messages', () => {
  const turns = [
    { role: 'user', content: '안녕' },
    { role: 'assistant', content: '네' },
    { role: 'user', content: '{topic}?' },
  ];
  const system = { role: 'system', content: 'Of {topic}.' } as const;

  test('stands for all of its messages, which are no templates', async () => {
    const model = chat('echo:/one', { messages: [system, { role: 'user', content: '{turns}' }] });
    const request = await messagesOf(model, { turns, topic: '음악' });
    expect(request.messages).toEqual([{ role: 'system', content: 'Of 음악.' }, ...turns]);
  });

  test('is text where it is a part of a message', async () => {
    const model = chat('echo:/one', { messages: [{ role: 'user', content: 'So far: {turns}' }] });
    expect((await messagesOf(model, { turns })).messages).toEqual([
      { role: 'user', content: `So far: ${JSON.stringify(turns)}` },
    ]);
  });

  test('comes after a system prompt that is an option, with columns of its own', async () => {
    const modelOptions = { system: 'Of {topic}.' };
    const request = await messagesOf('echo:/one', { turns, topic: '음악' }, { inputs: 'turns', modelOptions });
    expect(request.messages).toEqual([{ role: 'system', content: 'Of 음악.' }, ...turns]);
  });
});

test('a system prompt alone is another plan than a conversation that is only that', async () => {
  const plan = (model: unknown, modelOptions?: object) =>
    touchstone.plan({ data: [{ q: 'x' }], model, ...(modelOptions && { modelOptions }), extraMetrics: [one] } as Parameters<
      typeof touchstone.plan
    >[0]);
  const option = await plan('echo:/one', { system: 'Be kind.' });
  const messages = await plan(chat('echo:/one', { messages: [{ role: 'system', content: 'Be kind.' }] }));
  expect(option.fingerprint).not.toBe(messages.fingerprint);
});

test('options that the adapter knows go to it, all others are parameters of requests', async () => {
  made.length = 0;
  const modelOptions = { baseUrl: 'http://localhost', temperature: 0, system: 'Be kind.', prompt: 'Q: {q}' };
  const request = await messagesOf('echo:/one', { q: 'x' }, { modelOptions });
  expect(made.at(-1)).toEqual(['echo:/one', { baseUrl: 'http://localhost' }]);
  expect(request).toEqual({
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Q: x' },
    ],
    parameters: { temperature: 0 },
  });
});

test('messages and parameters are part of what a run is: another prompt is another plan', async () => {
  const fingerprint = async (content: string, temperature: number) => {
    const model = chat('echo:/one', { messages: [{ role: 'user', content }], parameters: { temperature } });
    return (await touchstone.plan({ data: [{ q: 'x' }], model, extraMetrics: [one] })).fingerprint;
  };
  const first = await fingerprint('{q}', 0);
  expect(await fingerprint('{q}', 0)).toBe(first);
  expect(await fingerprint('{q}!', 0)).not.toBe(first);
  expect(await fingerprint('{q}', 1)).not.toBe(first);
});

describe('a language model that is an object', () => {
  test('is sent the messages and parameters', async () => {
    const model = chat(echo, { messages: [{ role: 'user', content: 'Q: {question}' }], parameters: { seed: 7 } });
    expect(await messagesOf(model, { question: '무엇?' })).toEqual({
      messages: [{ role: 'user', content: 'Q: 무엇?' }],
      parameters: { seed: 7 },
    });
  });

  test('has no options of an adapter', async () => {
    const message = 'chat: options are for models by URI: this one is an object, which has its own.';
    expect(() => chat(echo, { options: { baseUrl: 'x' } })).toThrow(message);
    await expect(messagesOf(chat(echo), { question: '무엇?' }, { modelOptions: { baseUrl: 'x' } })).rejects.toThrow(
      'modelOptions are for models by URI',
    );
  });

  test('is a URI or a language model, and nothing else', () => {
    expect(() => chat({ ...echo, kind: 'embedding' } as never)).toThrow(
      "chat: the first argument is a URI such as 'openai:/gpt-5-mini', or a language model.",
    );
  });
});
