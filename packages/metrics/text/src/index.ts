export { exactMatch } from './exact-match.ts';
export { default } from './plugin.ts';
