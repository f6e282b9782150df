import type { Plugin } from '@touchstone/core';
import { registerChecks } from './check.ts';
import { type ModelAdapterConformanceOptions, modelAdapterChecks } from './model-adapter-checks.ts';

/**
 * What every adapter of models must do, as Vitest tests. Nothing is sent anywhere: `respond` plays the service.
 *
 * @param plugin the plug-in's factory, called without options
 * @example
 * modelAdapterConformance(echo, {
 *   uri: 'echo:/small',
 *   env: { ECHO_API_KEY: 'test-key' },
 *   respond: async (request) => Response.json({ reply: `You said: ${(await request.json()).text}` }),
 *   malformed: ['echo:/', 'echo:small'],
 * });
 */
export function modelAdapterConformance(plugin: () => Plugin, options: ModelAdapterConformanceOptions): void {
  registerChecks(`${options.uri} is a model that`, modelAdapterChecks(plugin, options));
}
