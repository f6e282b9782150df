export { runStoreSuite } from './run-store-suite.ts';
