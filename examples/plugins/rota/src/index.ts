export { needsPerson } from './needs-person.ts';
export { default } from './plugin.ts';
export { ROTA, type Rota, weekRota } from './rota.ts';
export { triage } from './triage.ts';
