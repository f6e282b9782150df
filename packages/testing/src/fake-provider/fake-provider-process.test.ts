import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeProviderProcess } from './index.ts';

const KEY = 'sk-canary-0123456789abcdef';

const ask = (origin: string) =>
  fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }),
  });

function script(source: string): string {
  const file = join(temporaryFolder(), 'script.mjs');
  writeFileSync(file, source);
  return file;
}

test('it answers as its script says, and outlives its clients', async () => {
  await using provider = await fakeProviderProcess({
    script: script(
      "export default { answers: { chat: ({ prompt }) => 'You said ' + prompt }, latency: ({ number }) => (number === 2 ?  60_000 : 0) };",
    ),
  });
  expect(await (await ask(provider.origin)).json()).toMatchObject({ choices: [{ message: { content: 'You said Hi' } }] });
  const client = spawn(process.execPath, ['-e', `fetch('${provider.app}/slow')`], { stdio: 'ignore' });
  await expect.poll(async () => (await provider.counts()).inFlight, { timeout: 20_000 }).toBe(1);
  client.kill('SIGKILL');
  await once(client, 'exit');
  await expect.poll(async () => (await provider.calls())[1]?.outcome, { timeout: 20_000 }).toBe('gone');
  expect((await ask(provider.origin)).status).toBe(200);
});

test('limits and faults are set from outside, and everything is forgotten', async () => {
  await using provider = await fakeProviderProcess();
  await provider.limit({ account: { requests: { limit: 1, perMs: 60_000 } } });
  expect((await ask(provider.origin)).status).toBe(200);
  expect((await ask(provider.origin)).status).toBe(429);
  await provider.limit({ account: null });
  expect((await ask(provider.origin)).status).toBe(200);
  await provider.faults([{ fault: 'server-error', status: 502 }]);
  expect((await ask(provider.origin)).status).toBe(502);
  expect((await provider.counts()).byStatus).toEqual({ 200: 2, 429: 1, 502: 1 });
  await provider.reset();
  expect(await provider.calls()).toEqual([]);
  await expect(provider.faults(JSON.parse('[{ "fault": "hangs" }]'))).rejects.toThrow(
    `The fake provider refused faults: {"error":"There is no fault 'hangs'. Did you mean 'hang'?"}`,
  );
});

test('what it tells of calls holds no credential, not even one that an answer repeats', async () => {
  await using provider = await fakeProviderProcess({ script: script("export default { faults: [{ fault: 'auth' }] };") });
  expect(await (await ask(provider.origin)).text()).toContain(KEY);
  const calls = await provider.calls();
  expect(calls).toMatchObject([{ status: 401, key: expect.stringMatching(/^sha256:[0-9a-f]{12}$/) }]);
  expect(JSON.stringify([calls, await provider.counts()])).not.toContain(KEY);
});

test('a script that cannot be read is an error with what was said', async () => {
  await expect(fakeProviderProcess({ script: script('export default {') })).rejects.toThrow(
    /^The fake provider did not start: [\s\S]*SyntaxError/,
  );
});

test('it dies with the process that started it', async () => {
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { fakeProviderProcess } from '${new URL('./index.ts', import.meta.url)}'; const p = await fakeProviderProcess(); console.log(p.origin);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [chunk] = await once(starter.stdout, 'data');
  const origin = String(chunk).trim();
  expect((await fetch(`${origin}/ping`)).status).toBe(200);
  starter.kill('SIGKILL');
  await expect
    .poll(
      () =>
        fetch(`${origin}/ping`).then(
          () => 'alive',
          () => 'dead',
        ),
      { timeout: 20_000 },
    )
    .toBe('dead');
});
