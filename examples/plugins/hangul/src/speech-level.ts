import { defineMetric, skipped } from '@touchstone/core';

/** 합쇼체, 해요체, or anything below. */
export type SpeechLevel = 'formal' | 'polite' | 'plain';

/** By the end of the last sentence, which is where Korean says it. Endings come with or without marks and closing quotes behind them. */
const FORMAL = /(?:니다|니까|시오|십시오)$/u;
const POLITE = /(?:요|죠)$/u;
const ENDS_IN_HANGUL = /\p{Script=Hangul}$/u;

/** `undefined`: the text does not end in Korean. */
export function speechLevelOf(text: string): SpeechLevel | undefined {
  const end = text.normalize('NFC').replace(/[^\p{L}\p{N}]+$/u, '');
  if (FORMAL.test(end)) return 'formal';
  if (POLITE.test(end)) return 'polite';
  return ENDS_IN_HANGUL.test(end) ? 'plain' : undefined;
}

/** A label, so the result has the share of each: `speech_level/v1/formal`. */
export const speechLevel = defineMetric({
  name: 'speech_level',
  version: 'v1',
  description: 'How the last sentence speaks: formal (합쇼체), polite (해요체) or plain',
  greaterIsBetter: true,
  needs: ['predictions'],
  languages: ['ko'],
  from: { module: 'touchstone-hangul', export: 'speechLevel', url: import.meta.url },
  scoreRow: ({ predictions }) => speechLevelOf(predictions) ?? skipped('does not end in Korean'),
});
