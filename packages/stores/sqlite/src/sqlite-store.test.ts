import { join } from 'node:path';
import { answerCacheSuite, storeConformance, temporaryFolder } from '@touchstone/testing';
import { sqlite } from './index.ts';

storeConformance('sqlite', () => sqlite(join(temporaryFolder(), 'runs.db')));
answerCacheSuite('sqlite', (cache) => sqlite(join(temporaryFolder(), 'runs.db'), { cache }));
