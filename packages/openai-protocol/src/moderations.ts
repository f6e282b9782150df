import { type Answer, type ServiceCall, ServiceError } from '@touchstone/core';
import type { OpenAIConnection } from './openai-services.ts';

type Labels = readonly (readonly { readonly label: string; readonly score: number }[])[];

/** The scores of all categories, for each text. */
export async function moderate(
  { provider, model, client }: OpenAIConnection,
  { texts }: { readonly texts: readonly string[] },
  io: ServiceCall,
): Promise<Answer<{ readonly labels: Labels }>> {
  const response = await client(io.fetch).moderations.create({ model, input: [...texts] }, { signal: io.signal });
  const labels = (response.results ?? []).map(({ category_scores: scores }) =>
    Object.entries(scores).map(([label, score]) => ({ label, score })),
  );
  if (labels.length !== texts.length) {
    throw new ServiceError('bad-response', `${provider} sent ${labels.length} results for ${texts.length} texts`);
  }
  return { value: { labels }, usage: { usd: 0 }, ...(response.model === undefined ? {} : { servedBy: response.model }) };
}
