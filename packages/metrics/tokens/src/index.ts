export type { Encoding } from './encoding.ts';
export { default } from './plugin.ts';
export { characterCount, graphemeCount, wordCount } from './text-lengths.ts';
export { type TokenCountOptions, tokenCount } from './token-count.ts';
