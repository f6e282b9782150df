export { checkStore, type StoreCheck } from './check-store.ts';
export type { RunCounts, SalvagedRun } from './salvage/make-consistent.ts';
export { type Salvage, salvagePath, salvageStore } from './salvage/salvage-store.ts';
export { type SqliteOptions, sqlite, sqlite as default } from './sqlite-store.ts';
export { removeLeftoverLeases } from './store-leases.ts';
