import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const packages = join(import.meta.dirname, '../../../..');

export default defineConfig({
  resolve: {
    alias: {
      '@touchstone/core': join(packages, 'core/src/index.ts'),
      '@touchstone/stats': join(packages, 'stats/src/index.ts'),
    },
  },
  test: { root: import.meta.dirname, include: ['*.test.ts'] },
});
