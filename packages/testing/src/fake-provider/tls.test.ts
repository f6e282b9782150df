import { X509Certificate } from 'node:crypto';
import { type Agent, get } from 'node:https';
import { expect, test } from 'vitest';
import { fakeProvider } from './index.ts';

function statusOf(url: string, options: { ca?: string; agent?: Agent }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

test('its certificate is trusted by those only who are told to', async () => {
  await using provider = await fakeProvider({ tls: true });
  expect(provider.openai).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1$/);
  await expect(fetch(provider.app)).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
  const ca = provider.certificate ?? '';
  expect(await statusOf(provider.app, { ca })).toBe(200);
  const certificate = new X509Certificate(ca);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test('it may be expired, or for another host', async () => {
  await using expired = await fakeProvider({ tls: { validFrom: new Date('2020-01-01'), validTo: new Date('2021-01-01') } });
  await expect(statusOf(expired.app, { ca: expired.certificate ?? '' })).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  await using elsewhere = await fakeProvider({ tls: { names: ['models.example.com'] } });
  await expect(statusOf(elsewhere.app, { ca: elsewhere.certificate ?? '' })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('every provider has its own', async () => {
  await using one = await fakeProvider({ tls: true });
  await using other = await fakeProvider({ tls: true });
  await expect(statusOf(one.app, { ca: other.certificate ?? '' })).rejects.toThrow();
});
