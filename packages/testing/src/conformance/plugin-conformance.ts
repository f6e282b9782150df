import type { Plugin } from '@touchstone/core';
import { registerChecks } from './check.ts';
import { type PluginConformanceOptions, pluginChecks } from './plugin-checks.ts';

/**
 * What every package that is a plug-in must do, as Vitest tests.
 *
 * @param factory the default export, called without options
 * @example
 * import citations from './index.ts';
 * pluginConformance(citations, { manifest: new URL('../package.json', import.meta.url) });
 */
export function pluginConformance(factory: () => Plugin, options: PluginConformanceOptions): void {
  registerChecks(`the plug-in ${factory.name} is a package that`, pluginChecks(factory, options));
}
