import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStoreSuite } from '@touchstone/testing';
import { sqlite } from './index.ts';

runStoreSuite('sqlite', () => sqlite(join(mkdtempSync(join(tmpdir(), 'touchstone-')), 'runs.db')));
