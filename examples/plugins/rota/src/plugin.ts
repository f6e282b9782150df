import { definePlugin, versionOf } from '@touchstone/core';
import { needsPerson } from './needs-person.ts';
import { ROTA, type Rota, weekRota } from './rota.ts';
import { triage } from './triage.ts';

/** The evaluator `triage`. @example createTouchstone({ plugins: [rota()] }) // evaluators: 'triage' */
export default function rota(people: Rota = weekRota) {
  return definePlugin({
    name: 'touchstone-rota',
    version: versionOf(import.meta.url),
    // The context of `finish` came with it.
    contract: '1.1',
    metrics: [needsPerson],
    evaluators: [triage],
    register: (registry) => registry.provide(ROTA, people),
  });
}
