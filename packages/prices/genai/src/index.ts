export { type PriceOverride, pricesOf } from './genai-prices.ts';
export { default, type PricesOptions } from './plugin.ts';
