import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

/** Nobody finds this host but the proxy. */
const HOST = 'models.example';

/** A proxy that leads everything to one origin, and writes down what was wanted. */
async function proxyTo(origin: string) {
  const { hostname, port } = new URL(origin);
  const wanted: string[] = [];
  const server = createServer((incoming, outgoing) => {
    wanted.push(`${incoming.method} ${incoming.url}`);
    const path = new URL(incoming.url ?? '', origin).pathname;
    const onward = request({ hostname, port, path, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    wanted.push(`CONNECT ${incoming.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const one of [socket, onward]) one.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    wanted,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask(baseUrl: string, env: Readonly<Record<string, string>>, folder = new TestFolder()) {
  folder.writeRows('questions.jsonl', [{ question: '대한민국의 수도는?', expected: '서울' }]);
  folder.install('@touchstone/model-openai', 'packages/models/openai');
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const asked = ['run', ...scored, '--model', 'openai:/gpt-4o-mini'];
  return folder.start(asked, { env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: baseUrl, ...env } }).ended;
}

describe('a proxy of the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('%s is asked for the provider', async (variable) => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    await using proxy = await proxyTo(provider.origin);
    const { exitCode, stderr } = await ask(`http://${HOST}/v1`, { [variable]: proxy.url });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^finished: 1 row/u) });
    expect(proxy.wanted).toEqual([expect.stringContaining(HOST)]);
  });

  it('HTTPS_PROXY gets a tunnel, in which it cannot read', async () => {
    await using provider = await fakeProvider({ answers: { chat: '서울' }, tls: { names: [HOST] } });
    await using proxy = await proxyTo(provider.origin);
    const folder = new TestFolder();
    folder.write('ca.pem', provider.certificate ?? '');
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: `${folder.path}/ca.pem` };
    const { exitCode, stderr } = await ask(`https://${HOST}/v1`, env, folder);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(proxy.wanted).toEqual([`CONNECT ${HOST}:443`]);
  });

  it('is passed by for the hosts of NO_PROXY', async () => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    await using proxy = await proxyTo(provider.origin);
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    expect(await ask(provider.openai, env)).toMatchObject({ exitCode: 0 });
    expect(proxy.wanted).toEqual([]);
  });

  it('that is no address is refused, without the password that it may hold', async () => {
    expect(await ask(`http://${HOST}/v1`, { HTTPS_PROXY: 'http://me:canary@:no' })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'HTTPS_PROXY is no address of a proxy: write http://HOST:PORT.\n',
    });
  });

  it('is not passed by in silence where Node knows no proxies', async () => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    const older =
      "import http from 'node:http';import{syncBuiltinESMExports}from'node:module';http.setGlobalProxyFromEnv=undefined;syncBuiltinESMExports()";
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` };
    const { stderr } = await ask(provider.openai, env);
    expect(stderr).toContain('HTTPS_PROXY is set, and this Node (');
  });
});
