import { definePlugin, versionOf } from '@touchstone/core';
import { hangulShare } from './hangul-share.ts';
import { letterAccuracy } from './letter-accuracy.ts';
import { politeKorean } from './polite-korean.ts';
import { speechLevel } from './speech-level.ts';

/** Metrics for Korean texts. @example createTouchstone({ plugins: [hangul()] }) // extraMetrics: ['speech_level'] */
export default function hangul() {
  return definePlugin({
    name: 'touchstone-hangul',
    version: versionOf(import.meta.url),
    contract: '1.0',
    metrics: [hangulShare, speechLevel, politeKorean, letterAccuracy],
  });
}
