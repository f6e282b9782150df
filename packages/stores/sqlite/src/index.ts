export { checkStore, type StoreCheck } from './check-store.ts';
export { sqlite, sqlite as default } from './sqlite-store.ts';
