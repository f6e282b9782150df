import { definePlugin, versionOf } from '@touchstone/core';
import { exactMatch } from './exact-match.ts';

/** Metrics that compare texts and values. @example createTouchstone({ plugins: [text()] }) */
export default function text() {
  return definePlugin({ name: '@touchstone/metric-text', version: versionOf(import.meta.url), metrics: [exactMatch] });
}
