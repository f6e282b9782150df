import { fakeProvider } from '@touchstone/testing/fake-provider';
import { simulatedClock } from '@touchstone/testing/simulated-clock';
import { equal } from './equal.js';

await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `You said: ${prompt}` } });
const response = await fetch(`${provider.openai}/chat/completions`, {
  method: 'POST',
  headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: '안녕' }] }),
});
const { choices } = (await response.json()) as { choices: readonly { message: { content: string } }[] };
equal(choices[0]?.message.content, 'You said: 안녕');
const clock = simulatedClock();
await clock.run(async () => clock.sleep(3_600_000));
equal(clock.monotonic(), 3_600_000);
