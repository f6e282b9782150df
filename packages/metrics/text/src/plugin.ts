import { definePlugin } from '@touchstone/core';
import { exactMatch } from './exact-match.ts';

/** Metrics that compare texts and values. @example createTouchstone({ plugins: [text()] }) */
export default function text() {
  return definePlugin({ name: '@touchstone/metric-text', version: '0.0.0', metrics: [exactMatch] });
}
