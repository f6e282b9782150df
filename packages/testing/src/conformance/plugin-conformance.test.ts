import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definePlugin, metric, type Plugin } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { pluginChecks } from './plugin-checks.ts';
import { pluginConformance } from './plugin-conformance.ts';
import { violated } from './violated.ts';

const polite = metric('polite', ({ predictions }) => predictions.includes('please'));
const manifest = JSON.parse(readFileSync(new URL('__fixtures__/manners.json', import.meta.url), 'utf8'));
const manners = (): Plugin => definePlugin({ name: 'touchstone-manners', version: '1.0.0', metrics: [polite] });

pluginConformance(manners, { manifest: new URL('__fixtures__/manners.json', import.meta.url) });

describe('a package that is broken', () => {
  const shared = manners();
  test.each<[string, () => Plugin, object, string, RegExp]>([
    [
      'with another name',
      () => ({ ...manners(), name: 'manners' }),
      {},
      'makes a plug-in of this contract',
      /^The plug-in is named 'manners'/u,
    ],
    [
      'of another contract',
      () => ({ ...manners(), contract: 7 }),
      {},
      'makes a plug-in of this contract',
      /was written for contract 7\.0, and this @touchstone\/core speaks 1\.0 to .*: update @touchstone\/core\.$/u,
    ],
    [
      'of another version',
      manners,
      { version: '2.0.0' },
      'makes a plug-in of this contract',
      /^It says version 1\.0\.0, and its package is 2\.0\.0/u,
    ],
    ['that is one object', () => shared, {}, 'makes a plug-in of this contract', /^The factory gives the same plug-in twice/u],
    [
      'without a manifest field',
      manners,
      { touchstone: undefined },
      'has a manifest by which it is found',
      /"touchstone": \{ "plugin"/u,
    ],
    ['that is CommonJS', manners, { type: 'commonjs' }, 'has a manifest by which it is found', /"type": "module"/u],
    ['without exports', manners, { exports: undefined }, 'has a manifest by which it is found', /must have exports/u],
    ['that runs on any Node', manners, { engines: {} }, 'has a manifest by which it is found', /which Node it needs/u],
    [
      'without core',
      manners,
      { peerDependencies: {} },
      'has a manifest by which it is found',
      /@touchstone\/core among its peerDependencies/u,
    ],
    [
      'with an old badge',
      manners,
      { touchstone: { plugin: './i.js', conformance: 0 } },
      'has a manifest by which it is found',
      /declares conformance 0/u,
    ],
    [
      'that brings nothing',
      () => definePlugin({ name: 'empty' }),
      {},
      'registers something, under names of its own',
      /^It registers nothing/u,
    ],
    [
      'whose metric has two names',
      () => definePlugin({ name: 'double', register: (registry) => registry.metric('rude', () => polite) }),
      {},
      'registers something, under names of its own',
      /registered as 'rude' is called 'polite'/u,
    ],
    [
      'that takes a name of core',
      () => definePlugin({ name: 'late', metrics: [metric('latency', () => 1)] }),
      {},
      'serves two Touchstones at once',
      /^A Touchstone refuses it: The metric 'latency' is registered by both/u,
    ],
    [
      'that leaves traces',
      () => definePlugin({ name: 'loud', register: () => void Reflect.set(globalThis, 'manners', 1) }),
      {},
      'registers without environment, network or traces',
      /^It changes globalThis\.manners/u,
    ],
  ])('%s is caught', async (_, factory, change, rule, message) => {
    const file = join(temporaryFolder(), 'package.json');
    writeFileSync(file, JSON.stringify({ ...manifest, ...change }));
    expect(await violated(pluginChecks(factory, { manifest: file }), rule)).toMatch(message);
    Reflect.deleteProperty(globalThis, 'manners');
  });
});
