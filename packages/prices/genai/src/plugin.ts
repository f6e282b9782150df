import { definePlugin, PRICES, versionOf } from '@touchstone/core';
import { type PriceOverride, pricesOf } from './genai-prices.ts';

export interface PricesOptions {
  /** Prices of your own, by service: `{ 'openai:/my-model': { input: 0.5, output: 2 } }`. They win over the list. */
  readonly overrides?: Readonly<Record<string, PriceOverride>>;
}

/**
 * What calls cost, by the price list of genai-prices that this package was installed with: nothing is downloaded.
 *
 * @throws TouchstoneError `bad-option` for a price that is none
 * @example createTouchstone({ plugins: [openai(), prices()] }) // then limits: { maxCost: { usd: 5 } } works
 */
export default function prices(options: PricesOptions = {}) {
  const list = pricesOf(options.overrides ?? {});
  return definePlugin({
    name: '@touchstone/price-genai',
    version: versionOf(import.meta.url),
    register: (registry) => registry.provide(PRICES, list),
  });
}
