// Makes a process of these tests run the sources, as the tests do: import it before anything of the store.
import { registerHooks } from 'node:module';

const core = new URL('../../../../core/src/index.ts', import.meta.url).href;
const stats = new URL('../../../../stats/src/index.ts', import.meta.url).href;
const sources = { '@touchstone/core': core, '@touchstone/stats': stats };
registerHooks({
  resolve: (name, context, next) => (name in sources ? { url: sources[name], shortCircuit: true } : next(name, context)),
});
