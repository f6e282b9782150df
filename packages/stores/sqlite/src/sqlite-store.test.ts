import { join } from 'node:path';
import { answerCacheSuite, runStoreSuite, temporaryFolder } from '@touchstone/testing';
import { sqlite } from './index.ts';

runStoreSuite('sqlite', () => sqlite(join(temporaryFolder(), 'runs.db')));
answerCacheSuite('sqlite', (cache) => sqlite(join(temporaryFolder(), 'runs.db'), { cache }));
