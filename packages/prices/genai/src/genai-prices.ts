import { createRequire } from 'node:module';
import { type Prices, TouchstoneError, type Usage } from '@touchstone/core';

/** US dollars a million tokens. */
export interface PriceOverride {
  readonly input: number;
  readonly output: number;
  /** Input that the provider had in its cache; default: as other input. */
  readonly cachedInput?: number;
}

/** Scheme → provider of the list; beside those of our packs, the names that the AI SDK's packages have. */
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  'azure-openai': 'azure',
  anthropic: 'anthropic',
  huggingface: 'huggingface',
  'amazon-bedrock': 'aws',
  cerebras: 'cerebras',
  cohere: 'cohere',
  deepseek: 'deepseek',
  google: 'google',
  groq: 'groq',
  mistral: 'mistral',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  xai: 'x-ai',
};

/** @throws TouchstoneError `bad-option` for a price that is no number from 0 */
export function pricesOf(overrides: Readonly<Record<string, PriceOverride>>): Prices {
  for (const [service, price] of Object.entries(overrides)) check(service, price);
  return {
    usd(service, usage) {
      const own = Object.hasOwn(overrides, service) ? overrides[service] : undefined;
      return own === undefined ? listed(service, usage) : priced(own, usage);
    },
  };
}

function check(service: string, price: PriceOverride): void {
  for (const part of ['input', 'output', 'cachedInput'] as const) {
    const value = price[part];
    if (value === undefined && part === 'cachedInput') continue;
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    throw new TouchstoneError(
      'bad-option',
      `prices: '${part}' of '${service}' must be dollars a million tokens, a number from 0, and it is ${String(value)}.`,
    );
  }
}

function priced(
  { input, output, cachedInput = input }: PriceOverride,
  { inputTokens = 0, outputTokens = 0, cachedTokens = 0 }: Usage,
): number {
  return ((inputTokens - cachedTokens) * input + cachedTokens * cachedInput + outputTokens * output) / 1e6;
}

function listed(service: string, { inputTokens, outputTokens, cachedTokens }: Usage): number | undefined {
  const [, scheme = '', model = ''] = /^([^:]+):\/+(.+)$/u.exec(service) ?? [];
  const provider = PROVIDERS[scheme];
  // A call that says nothing of its tokens has an unknown price, not none.
  if (provider === undefined || (inputTokens === undefined && outputTokens === undefined)) return undefined;
  const usage = {
    input_tokens: inputTokens ?? 0,
    output_tokens: outputTokens ?? 0,
    ...(cachedTokens === undefined || cachedTokens === 0 ? {} : { cache_read_tokens: cachedTokens }),
  };
  try {
    return priceList().calcPrice(usage, model, { providerId: provider })?.total_price;
  } catch {
    // The list refuses usage that a model cannot have; then the price is not known.
    return undefined;
  }
}

/**
 * The list, loaded with the first price that is asked of it: it takes longer to load than all else of a Touchstone together, and most
 * commands never ask. `require`, because prices are told without waiting.
 */
function priceList(): typeof import('@pydantic/genai-prices') {
  return require('@pydantic/genai-prices');
}

const require = createRequire(import.meta.url);
