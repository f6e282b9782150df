import { type LanguageModel, type Plugin, ServiceError } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { about, adapterPlugin, echoModel } from './__fixtures__/echo.ts';
import { modelAdapterChecks } from './model-adapter-checks.ts';
import { modelAdapterConformance } from './model-adapter-conformance.ts';
import { violated } from './violated.ts';

const options = {
  uri: 'echo:/small',
  env: { ECHO_API_KEY: 'test-key-of-the-echo' },
  respond: async (request: Request) => Response.json({ reply: `You said: ${((await request.json()) as { text: string }).text}` }),
  malformed: ['echo:/', 'echo:small', 'echo:/SMALL'],
};

modelAdapterConformance(() => adapterPlugin((uri) => ({ languageModel: echoModel(uri) })), options);

describe('an adapter that is broken', () => {
  const plain = echoModel('echo:/small');
  const but = (change: Partial<LanguageModel>) => (): Plugin =>
    adapterPlugin((uri) => ({ languageModel: echoModel(uri, change) }));
  let count = 0;

  test.each<[string, () => Plugin, string, RegExp]>([
    [
      'that says nothing of itself',
      () => adapterPlugin((uri) => ({ languageModel: echoModel(uri) }), { ...about, description: '' }),
      'says what its URIs are, and what they read of the environment',
      /^about\.description is empty/u,
    ],
    [
      'that reads a variable in secret',
      () => adapterPlugin((uri) => ({ languageModel: echoModel(uri) }), { ...about, variables: [] }),
      'says what its URIs are, and what they read of the environment',
      /^It reads ECHO_API_KEY, and about\.variables does not list it/u,
    ],
    [
      'that takes any URI',
      () => adapterPlugin(() => ({ languageModel: plain })),
      'refuses what is no URI of its own',
      /^'echo:\/' is taken/u,
    ],
    [
      'that asks when it is made',
      () =>
        adapterPlugin((uri) => {
          fetch('http://echo.example/models').catch(() => undefined);
          return { languageModel: echoModel(uri) };
        }),
      'makes its models without a key, and sends nothing for it',
      /^It contacts echo\.example when a model is made/u,
    ],
    [
      'that is always ready',
      but({ ready: () => undefined }),
      'makes its models without a key, and sends nothing for it',
      /^It needs ECHO_API_KEY, and is ready without it/u,
    ],
    [
      'whose identity holds the key',
      () => adapterPlugin((uri) => ({ languageModel: echoModel(uri, { identity: { key: process.env.ECHO_API_KEY ?? '' } }) })),
      'has an identity of plain data, without credentials',
      /holds the credential, and is stored/u,
    ],
    [
      'whose identity is never the same',
      () => adapterPlugin((uri) => ({ languageModel: echoModel(uri, { identity: count++ }) })),
      'has an identity of plain data, without credentials',
      /is another one each time/u,
    ],
    [
      'whose limits hold the key',
      but({ scopes: async () => [`echo|${process.env.ECHO_API_KEY}`] }),
      'names its limits, and in them no credential',
      /holds the credential: use credentialFingerprint/u,
    ],
    [
      'with one limit for all accounts',
      but({ scopes: async () => ['echo'] }),
      'names its limits, and in them no credential',
      /^Two accounts have one scope/u,
    ],
    [
      'with a bad estimate',
      but({ estimate: () => ({ inputTokens: Number.NaN }) }),
      'says what a request uses at most',
      /numbers from 0, or nothing/u,
    ],
    [
      'that asks by itself',
      but({
        async send() {
          await fetch('http://echo.example/say').catch(() => undefined);
          return { value: { text: 'hm' } };
        },
      }),
      'answers with plain data, through the fetch that it is given and no other',
      /contacts echo\.example past io\.fetch/u,
    ],
    [
      'that mixes its calls up',
      () => {
        let last: Parameters<LanguageModel['send']>[0];
        return adapterPlugin((uri) => ({
          languageModel: echoModel(uri, {
            async send(request, io) {
              last = request;
              await Promise.resolve();
              return plain.send(last, io);
            },
          }),
        }));
      },
      'keeps calls apart',
      /^Of four requests at once to its language model one holds delta, and should hold alpha/u,
    ],
    [
      'that tries again by itself',
      but({
        async send(request, io) {
          try {
            return await plain.send(request, io);
          } catch {
            return plain.send(request, io);
          }
        },
      }),
      'sends once, and leaves it to others to try again',
      /sends 2 times at status 503/u,
    ],
    [
      'that throws what it likes',
      but({
        async send(request, io) {
          try {
            return await plain.send(request, io);
          } catch {
            throw new Error('failed');
          }
        },
      }),
      'says in the common codes what went wrong',
      /^At status 401 its language model throws failed, which is no ServiceError/u,
    ],
    [
      'that calls everything a server error',
      but({
        async send(request, io) {
          try {
            return await plain.send(request, io);
          } catch {
            throw new ServiceError('server', 'failed');
          }
        },
      }),
      'says in the common codes what went wrong',
      /says 'server' \(failed\), and the code is 'auth'/u,
    ],
    [
      'that says nothing',
      but({ send: async () => ({ value: { text: null } }) }),
      'can be evaluated, and shows no credential when it fails',
      /^An evaluation of 'echo:\/small' ends with/u,
    ],
    [
      'that does not hear its signal',
      but({ send: (request, io) => plain.send(request, { ...io, signal: new AbortController().signal }) }),
      'ends when its signal aborts',
      /waits on when its signal aborts/u,
    ],
  ])('%s is caught', async (_, plugin, rule, message) => {
    expect(await violated(modelAdapterChecks(plugin, options), rule)).toMatch(message);
  });
});
