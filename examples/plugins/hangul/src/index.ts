export { hangulShare } from './hangul-share.ts';
export { jamo } from './jamo.ts';
export { letterAccuracy } from './letter-accuracy.ts';
export { default } from './plugin.ts';
export { politeKorean } from './polite-korean.ts';
export { type SpeechLevel, speechLevel, speechLevelOf } from './speech-level.ts';
