import type { Json } from '../contracts/index.ts';

/**
 * The text by which scores are known to be comparable: name, version, and every option that can change the number.
 *
 * @example signature('rouge1', 'v1', { tokenizer: 'google', stem: false }) // 'rouge1|v1|tokenizer:google|stem:no'
 */
export function signature(
  name: string,
  version: string | undefined,
  options: Readonly<Record<string, Json | undefined>> = {},
): string {
  const parts = Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [`${option}:${text(value)}`]));
  return [name, ...(version === undefined ? [] : [version]), ...parts].join('|');
}

function text(value: Json): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
