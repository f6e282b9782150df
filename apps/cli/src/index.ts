export { type ConfiguredEvaluation, defineConfig, type TouchstoneConfig } from './define-config.ts';
