export { answerCacheSuite, type MakeCachingStore } from './answer-cache-suite.ts';
export { refusal } from './refusal.ts';
export { type MakeStore, runStoreSuite } from './run-store-suite.ts';
export { sampleCall, samplePlan, sampleRun } from './sample-run.ts';
export { temporaryFolder } from './temporary-folder.ts';
