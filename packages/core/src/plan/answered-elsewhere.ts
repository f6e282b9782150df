import type { Service } from '../contracts/index.ts';
import type { ChosenMetric } from './choose-metrics.ts';
import { answeringScheme } from './resolve-model.ts';

/**
 * What the environment sends to another provider than its URI names, for people: `openai:/gpt-4 is answered by azure-openai:/our-gpt-4.`
 *
 * @param asked the URI of the model under test, and what it became
 * @param judge the URI of the default judge
 */
export function answeredElsewhere(
  asked: { readonly uri: string | undefined; readonly id: string | undefined },
  {
    chosen,
    services,
    judge,
  }: {
    readonly chosen: readonly ChosenMetric[];
    readonly services: ReadonlyMap<string, Readonly<Record<string, Service>>>;
    readonly judge: string | undefined;
  },
): readonly string[] {
  const ofMetrics = chosen.flatMap(({ metric: { name, models } }) =>
    Object.entries(models).map(([role, ref]) => ({ uri: uriOf(ref, judge), id: services.get(name)?.[role]?.id })),
  );
  const notes = [asked, ...ofMetrics].flatMap(({ uri, id }) => {
    if (uri === undefined || id === undefined) return [];
    const scheme = uri.split(':')[0]?.toLowerCase() ?? '';
    return answeringScheme(scheme) === scheme ? [] : [`${uri} is answered by ${id}.`];
  });
  return [...new Set(notes)];
}

function uriOf(ref: ChosenMetric['metric']['models'][string], judge: string | undefined): string | undefined {
  if (typeof ref === 'string') return ref;
  if ('uri' in ref) return ref.uri;
  return 'default' in ref ? judge : undefined;
}
