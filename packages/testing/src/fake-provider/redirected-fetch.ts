import { TouchstoneError } from '@touchstone/core';

/** Where the real APIs stand, and which part of the provider answers in their place. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/^api\.openai\.com$/, ''],
  [/\.(openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com)$/, ''],
  [/^api\.anthropic\.com$/, '/anthropic'],
  [/^(router\.)?huggingface\.co$/, '/huggingface'],
];

/**
 * A `fetch` that sends what is meant for the real APIs to the provider, for clients whose address cannot be set. Loopback addresses pass;
 * every other host is refused, so that a test cannot reach the network by mistake.
 *
 * @param origin of the provider
 */
export function redirectedFetch(origin: string): typeof globalThis.fetch {
  // Kept, because a test may well put this one in its place.
  const platform = globalThis.fetch;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const [, part] = HOSTS.find(([host]) => host.test(url.hostname)) ?? [];
    if (part !== undefined) {
      const target = `${origin}${part}${url.pathname}${url.search}`;
      return platform(input instanceof Request ? new Request(target, input) : target, init);
    }
    if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return platform(input, init);
    throw new TouchstoneError(
      'host-not-faked',
      `The fake provider does not stand in for ${url.host}, and its fetch goes nowhere else.`,
    );
  };
}
