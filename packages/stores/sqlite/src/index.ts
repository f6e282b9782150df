export { checkStore, type StoreCheck } from './check-store.ts';
export { type SqliteOptions, sqlite, sqlite as default } from './sqlite-store.ts';
