import type { Quoting } from './data-block.ts';

/** `Additional information used by the model:` with key and value of each column; empty without columns. */
export function contextBlock(context: Readonly<Record<string, string>>, quote: Quoting['quote']): string {
  const entries = Object.entries(context);
  if (entries.length === 0) return '';
  const lines = entries.flatMap(([column, text]) => [`key: ${column}`, 'value:', quote(text)]);
  return ['Additional information used by the model:', ...lines].join('\n');
}
