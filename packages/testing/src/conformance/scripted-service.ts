import type { Json, Metric, Service, ServiceKind, ServiceRef } from '@touchstone/core';

/**
 * What a service answers in place of a real one. A text is a language model's answer; anything else is the answer as the service gives
 * it: `{ vectors: [[1, 0]] }`, `{ labels: [[{ label: 'toxic', score: 0.1 }]] }`.
 */
export type Script = (request: Json) => Json | Promise<Json>;

/** What was asked of the scripted services of a metric. */
export interface Asked {
  readonly role: string;
  readonly request: Json;
  readonly signal: AbortSignal;
}

/** The services of a metric with those replaced for which there is a script. Answers go through the door as real ones do. */
export function scriptedModels(
  metric: Metric,
  scripts: Readonly<Record<string, Script>>,
  told: (asked: Asked) => void = () => undefined,
): Readonly<Record<string, ServiceRef>> {
  return Object.fromEntries(
    Object.entries(metric.models).map(([role, ref]) => {
      const script = Object.hasOwn(scripts, role) ? scripts[role] : undefined;
      return [role, script === undefined ? ref : scriptedService(role, kindOf(ref), script, told)];
    }),
  );
}

/** Roles that would ask a real service, because nothing stands in for it. */
export function unscriptedRoles(metric: Metric, scripts: Readonly<Record<string, Script>>): readonly string[] {
  return Object.entries(metric.models).flatMap(([role, ref]) =>
    Object.hasOwn(scripts, role) || (typeof ref === 'object' && 'send' in ref) ? [] : [role],
  );
}

function kindOf(ref: ServiceRef): ServiceKind | undefined {
  if (typeof ref === 'string' || 'default' in ref) return 'language';
  return ref.kind;
}

function scriptedService(role: string, kind: ServiceKind | undefined, script: Script, told: (asked: Asked) => void): Service {
  return {
    ...(kind === undefined ? {} : { kind }),
    id: `scripted:/${role}`,
    identity: { scripted: role },
    reuse: 'run',
    scopes: async () => [`scripted|${role}`],
    async send(request, { signal }) {
      told({ role, request, signal });
      // As services do, it gives up when nobody waits for the answer any more, whatever the script does.
      const { promise: abandoned, reject } = Promise.withResolvers<never>();
      const giveUp = (): void => reject(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      const answer = await Promise.race([script(request), abandoned]).finally(() => signal.removeEventListener('abort', giveUp));
      return { value: typeof answer === 'string' && kind === 'language' ? { text: answer } : answer };
    },
  };
}
