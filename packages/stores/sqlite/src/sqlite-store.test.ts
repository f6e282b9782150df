import { join } from 'node:path';
import { runStoreSuite, temporaryFolder } from '@touchstone/testing';
import { sqlite } from './index.ts';

runStoreSuite('sqlite', () => sqlite(join(temporaryFolder(), 'runs.db')));
