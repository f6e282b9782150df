// `prepack` of packages whose import has to be fast: what npm gets is one file in place of a hundred, because Node spends about
// half a millisecond on each. Types, and the workspace itself, keep using dist/.
import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

rmSync('bundle', { recursive: true, force: true });
const bundle = await rolldown({ input: 'dist/index.js', external: (id) => !/^[./]/.test(id), platform: 'node' });
await bundle.write({ dir: 'bundle', format: 'esm', chunkFileNames: '[name].js' });
