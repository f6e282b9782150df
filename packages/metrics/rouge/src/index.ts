export { default } from './plugin.ts';
export { type RougeOptions, rouge1, rouge2, rougeL, rougeLsum } from './rouge-metrics.ts';
export {
  type CharacterTokenizerOptions,
  characterTokenizer,
  type GoogleTokenizerOptions,
  googleTokenizer,
  type Tokenizer,
  wordTokenizer,
} from './tokenizer.ts';
