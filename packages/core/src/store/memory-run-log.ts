import type { RunWriter } from '../contracts/catalog.ts';
import type { LoggedMetric, LoggedModel, RunLog } from '../contracts/run-log.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

/** What a run in memory has logged. */
export interface MemoryRunLog extends Pick<RunWriter, 'logMetrics' | 'logModel' | 'logArtifact'> {
  /** `undefined`: nothing. */
  read(): RunLog | undefined;
  artifact(name: string): Uint8Array | undefined;
}

export function memoryRunLog(): MemoryRunLog {
  const metrics: LoggedMetric[] = [];
  const models: LoggedModel[] = [];
  const files = new Map<string, { readonly content: Uint8Array; readonly at: number }>();

  return {
    async logMetrics(added) {
      metrics.push(...added);
    },
    async logModel(model) {
      if (models.some(({ name }) => name === model.name)) {
        throw new TouchstoneError(
          'model-logged',
          `The run has logged a model '${model.name}' already: give this one another name.`,
        );
      }
      models.push(model);
    },
    async logArtifact(name, content, at) {
      files.delete(name);
      files.set(name, { content: content.slice(), at });
    },
    read() {
      if (metrics.length + models.length + files.size === 0) return undefined;
      const artifacts = [...files].map(([name, { content, at }]) => ({ name, bytes: content.length, at }));
      return { metrics: [...metrics], models: [...models], artifacts };
    },
    artifact: (name) => files.get(name)?.content.slice(),
  };
}
