import type { Json } from './json.ts';

/**
 * Where this process has loaded a module from. It finds the same module again in a worker thread, whatever the package manager's
 * folders look like; it is true of this machine only, and never stored.
 */
export interface ModuleOrigin {
  /** `import.meta.url` of the module that exports the metric. */
  readonly url: string;
  /** Set for a user's own file, which is loaded as {@link loadUserModule} does: package name → file it may import. */
  readonly alias?: Readonly<Record<string, string>>;
}

/**
 * How to build a model or metric again: in a worker thread, on another machine, tomorrow.
 * Something without a spec (a closure) lives in this thread only, and its run resumes only from the code that made it.
 *
 * @example { module: '@touchstone/metric-rouge', export: 'rougeL', options: { useStemmer: true } }
 */
export interface Spec {
  /** A package name, or a path relative to the working directory. */
  readonly module: string;
  /** Name of the export; `default` for the default export. */
  readonly export: string;
  /** What the export is called with; `null` when the export is the thing itself. */
  readonly options: Json;
  /** SHA-256 (hex) of the file, for code of the user's own: a changed file is said. */
  readonly sourceHash?: string;
}
