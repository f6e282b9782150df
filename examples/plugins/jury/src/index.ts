export { koreanTone, type ToneOptions } from './korean-tone.ts';
export { default, type JuryOptions } from './plugin.ts';
