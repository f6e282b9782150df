import { memoryStore } from '@touchstone/core';
import { expect, it } from 'vitest';
import { answerCacheSuite } from './answer-cache-suite.ts';
import { storeConformance } from './store-conformance.ts';

storeConformance('memoryStore', () => memoryStore());
answerCacheSuite('memoryStore', (limits) => memoryStore({ cache: limits }));

it('has no cache unless it is asked for', () => {
  expect(memoryStore().cache).toBeUndefined();
});
