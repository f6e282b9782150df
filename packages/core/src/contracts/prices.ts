import type { Usage } from './service.ts';

/** What a call costs. A price list is a plug-in (token `PRICES`), because it ages faster than core. */
export interface Prices {
  /**
   * US dollars, or `undefined` when the price is not known: an unknown price is never 0.
   *
   * @param service the service's id, e.g. `openai:/gpt-5-mini`
   */
  usd(service: string, usage: Usage): number | undefined;
}
