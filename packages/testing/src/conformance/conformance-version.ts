/**
 * The version of the conformance suites. It grows when a check is added that a plug-in may fail which passed before. A plug-in says with
 * `"touchstone": { "conformance": 1 }` in its package.json which version it passes, and `touchstone plugins` shows it.
 */
export const CONFORMANCE_VERSION = 1;
