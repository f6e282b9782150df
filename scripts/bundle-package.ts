// `prepack` of packages whose import has to be fast: what npm gets is one file in place of a hundred, because Node spends about
// half a millisecond on each. Types, and the workspace itself, keep using dist/.
import { globSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { rolldown } from 'rolldown';

rmSync('bundle', { recursive: true, force: true });
// Entries of worker threads are files of their own, beside the first.
const entries = ['dist/index.js', ...globSync('dist/**/*-worker.js')];
const input = Object.fromEntries(entries.map((file) => [basename(file, '.js'), file]));
const bundle = await rolldown({ input, external: (id) => !/^[./]/.test(id), platform: 'node' });
await bundle.write({ dir: 'bundle', format: 'esm', chunkFileNames: '[name].js' });
