import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const packages = join(import.meta.dirname, '../../..');

export default defineConfig({
  resolve: {
    alias: {
      '@touchstone/core': join(packages, 'core/src/index.ts'),
      '@touchstone/stats': join(packages, 'stats/src/index.ts'),
    },
  },
  // Stores that hang are caught by the limit.
  test: { root: import.meta.dirname, include: ['*.test.ts'], testTimeout: 1_000, hookTimeout: 1_000, fileParallelism: false },
});
