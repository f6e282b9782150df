import { memoryStore } from '@touchstone/core';
import { runStoreSuite } from './run-store-suite.ts';

runStoreSuite('memoryStore', () => memoryStore());
