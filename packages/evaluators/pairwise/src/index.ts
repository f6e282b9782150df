export { pairwise } from './pairwise.ts';
export { default } from './plugin.ts';
export { type PreferenceOptions, preference } from './preference.ts';
