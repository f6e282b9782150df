import type { RunStore } from '@touchstone/core';
import { describe } from 'vitest';
import { adoptionSuite } from './adoption-suite.ts';
import { annotationSuite } from './annotation-suite.ts';
import { callStoreSuite } from './call-store-suite.ts';
import { catalogSuite } from './catalog-suite.ts';
import { disposalSuite } from './disposal-suite.ts';
import { journalSuite } from './journal-suite.ts';
import { revisionSuite } from './revision-suite.ts';
import { runLogSuite } from './run-log-suite.ts';
import { usageSuite } from './usage-suite.ts';

/** Gives an empty store. Called once a test; the suite disposes what it got. */
export type MakeStore = () => RunStore | Promise<RunStore>;

/**
 * What every {@link RunStore} must do, as Vitest tests in a `describe(name)`; of one that has a cache, see {@link answerCacheSuite} as well.
 *
 * @example storeConformance('memoryStore', () => memoryStore());
 */
export function storeConformance(name: string, make: MakeStore): void {
  describe(name, () => {
    catalogSuite(make);
    annotationSuite(make);
    journalSuite(make);
    revisionSuite(make);
    callStoreSuite(make);
    adoptionSuite(make);
    disposalSuite(make);
    runLogSuite(make);
    usageSuite(make);
  });
}
