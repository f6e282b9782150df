import { withoutRefusedDefaults } from '@touchstone/core';
import type { Learned } from './openai-services.ts';
import { toServiceError } from './service-error.ts';

/** Sends, without the defaults that the model has turned out to refuse. @throws ServiceError */
export function sendTaken<T>(
  provider: string,
  defaults: Readonly<Record<string, string>>,
  { refused }: Learned,
  send: (refused: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  return withoutRefusedDefaults(defaults, refused, async (left) => {
    try {
      return await send(left);
    } catch (error) {
      throw toServiceError(provider, error);
    }
  });
}
