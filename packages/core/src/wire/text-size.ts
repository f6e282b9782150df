/**
 * Tokens of a text at most, roughly, for reservations before the provider says the true number: four characters of Latin script a token,
 * one character of any other (Hangul and Han take about one to two tokens a character in today's vocabularies, less in newer ones).
 */
export function roughTokens(text: string): number {
  let other = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x24f) other++;
  return Math.ceil((text.length - other) / 4 + other);
}
