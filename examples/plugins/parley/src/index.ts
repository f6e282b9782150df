export { default, type ParleyOptions } from './plugin.ts';
