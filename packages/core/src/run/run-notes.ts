import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Catalog, Clock, LoggedMetric, RunRecord, RunWriter } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';
import { secrets } from '../door/secrets.ts';
import { messageOf, type Problem, TouchstoneError, throwProblems } from '../errors/touchstone-error.ts';
import { registerModel } from '../logged-models/model-registry.ts';
import type { ModelSpec } from '../logged-models/model-spec.ts';
import type { LogModelOptions } from '../logged-models/spec-of-model.ts';

/** A model that was logged. */
export interface LoggedModelInfo {
  /** `runs:/<run>/<name>`: what `evaluate`, `loadModel` and `registerModel` take. */
  readonly modelUri: string;
  readonly spec: ModelSpec;
  /** With `registeredModelName`: `models:/<name>/<version>`. */
  readonly registeredUri?: string;
}

export interface LogMetricOptions {
  /** When in the course of the run, a whole number from 0. Default: 0. */
  readonly step?: number;
}

interface RunNotesParts {
  readonly record: RunRecord;
  readonly writer: RunWriter;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** Keys and tokens of the environment. */
  readonly credentials: readonly string[];
  readonly specOf: (given: LogModelOptions) => Promise<ModelSpec>;
}

/** The most bytes of one logged file. */
const LARGEST = 100 * 2 ** 20;

/** What a run says of itself, besides its evaluations. Without what looks like a credential, as everything that is stored. */
export class RunNotes {
  readonly #parts: RunNotesParts;
  readonly #redact: (text: string) => string;
  #tags: Readonly<Record<string, string>>;
  #params: Readonly<Record<string, string>>;
  /** Those that were given, and not found in a plan: they stay what they are. */
  readonly #given = new Set<string>();

  constructor(parts: RunNotesParts, given: Iterable<string>) {
    this.#parts = parts;
    const { learn, redact } = secrets();
    for (const credential of parts.credentials) learn(credential);
    this.#redact = redact;
    this.#tags = parts.record.tags;
    this.#params = parts.record.params ?? {};
    for (const name of given) this.#given.add(name);
  }

  /** Those of a plan. What the user gave stands before them. */
  async noteParams(found: Readonly<Record<string, string>>): Promise<void> {
    this.#params = { ...found, ...this.#params };
    await this.#parts.writer.update({ params: this.#params });
  }

  async logParams(params: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    const texts = this.#texts('logParam', params);
    throwProblems(
      Object.entries(texts).flatMap(([name, value]): readonly Problem[] => {
        if (!this.#given.has(name) || this.#params[name] === value) return [];
        const message = `The run has the param '${name}' already, and it is '${this.#params[name]}', not '${value}': a run has one value of a param. Start another run, or log it as a tag.`;
        return [{ code: 'param-logged', message }];
      }),
    );
    this.#params = { ...this.#params, ...texts };
    for (const name of Object.keys(texts)) this.#given.add(name);
    await this.#parts.writer.update({ params: this.#params });
  }

  async setTags(tags: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    this.#tags = { ...this.#tags, ...this.#texts('setTag', tags) };
    await this.#parts.writer.update({ tags: this.#tags });
  }

  async logMetrics(metrics: Readonly<Record<string, number>>, { step = 0 }: LogMetricOptions): Promise<void> {
    const problems = Object.entries(metrics).flatMap(([name, value]) => [
      ...nameProblems('logMetric', name),
      ...(Number.isFinite(value)
        ? []
        : [bad(`logMetric: '${name}' must be a finite number, and it is ${typeof value === 'number' ? value : typeof value}.`)]),
    ]);
    if (!Number.isSafeInteger(step) || step < 0) {
      problems.push(bad(`logMetric: 'step' must be a whole number of at least 0, and it is ${String(step)}.`));
    }
    throwProblems(problems);
    const at = this.#parts.clock.now();
    const logged = Object.entries(metrics).map(([name, value]): LoggedMetric => ({ name: this.#redact(name), value, step, at }));
    if (logged.length > 0) await this.#parts.writer.logMetrics(logged);
  }

  async logArtifact(name: string, content: unknown): Promise<string> {
    const [kept, bytes] = content === undefined ? await fileBytes(name) : [name, contentBytes(name, content, this.#redact)];
    throwProblems(artifactProblems(kept, bytes.length));
    await this.#parts.writer.logArtifact(kept, bytes, this.#parts.clock.now());
    return `runs:/${this.#parts.record.id}/${kept}`;
  }

  async logModel(given: LogModelOptions): Promise<LoggedModelInfo> {
    const { record, writer, catalog, clock } = this.#parts;
    const spec = await this.#parts.specOf(given);
    const { name = 'model', registeredModelName } = given;
    throwProblems(artifactProblems(name, 0));
    const modelUri = `runs:/${record.id}/${name}`;
    const earlier = (await catalog.logged([record.id])).get(record.id)?.models.find((model) => model.name === name);
    // A run that is continued logs again what its first part has logged.
    if (earlier === undefined) await writer.logModel({ name, spec, at: clock.now() });
    else if (canonicalJson(earlier.spec) !== canonicalJson(spec)) {
      throw new TouchstoneError(
        'model-logged',
        `The run has logged another model as '${name}' already: give this one a name of its own, logModel({ name: '${name}-2', model }).`,
      );
    }
    if (registeredModelName === undefined) return { modelUri, spec };
    const { uri } = await registerModel(catalog, { uri: modelUri, name: registeredModelName, now: clock.now() });
    return { modelUri, spec, registeredUri: uri };
  }

  #texts(where: string, given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
    const entries = Object.entries(given);
    throwProblems(
      entries.flatMap(([name, value]) => [
        ...nameProblems(where, name),
        ...(['string', 'number', 'boolean'].includes(typeof value)
          ? []
          : [
              bad(
                `${where}: '${name}' must be a text, a number, true or false, and it is ${value === null ? 'null' : `a ${typeof value}`}.`,
              ),
            ]),
      ]),
    );
    return Object.fromEntries(entries.map(([name, value]) => [this.#redact(name), this.#redact(String(value))]));
  }
}

function nameProblems(where: string, name: unknown): readonly Problem[] {
  return typeof name === 'string' && name.trim() !== '' ? [] : [bad(`${where}: a name must be a text, and it is empty.`)];
}

function bad(message: string): Problem {
  return { code: 'bad-option', message };
}

/** Names become paths where a run is written to a folder. */
function artifactProblems(name: string, bytes: number): readonly Problem[] {
  const parts = name.split('/');
  const isPath = parts.every((part) => part.trim() !== '' && part !== '.' && part !== '..' && !/[\\\0]/u.test(part));
  return [
    ...(isPath ? [] : [bad(`'${name}' is no name of a logged file or model: write a relative path such as plots/errors.svg.`)]),
    ...(bytes > LARGEST
      ? [
          {
            code: 'artifact-too-large',
            message: `'${name}' has ${bytes} bytes, and a run keeps files of up to ${LARGEST}: log where it is as a tag.`,
          },
        ]
      : []),
  ];
}

/** A file, kept under its own name. */
async function fileBytes(path: string): Promise<readonly [string, Uint8Array]> {
  try {
    const name = basename(path);
    throwProblems(artifactProblems(name, (await stat(path)).size));
    return [name, await readFile(path)];
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    const message = `'${path}' cannot be logged, because it cannot be read: ${messageOf(error)}. To log a content of your own: logArtifact('NAME', content).`;
    throw new TouchstoneError('artifact-not-read', message, { cause: error });
  }
}

function contentBytes(name: string, content: unknown, redact: (text: string) => string): Uint8Array {
  if (content instanceof Uint8Array) return content;
  const text = typeof content === 'string' ? content : jsonText(content);
  if (text !== undefined) return new TextEncoder().encode(redact(text));
  throw new TouchstoneError('bad-option', `logArtifact: the content of '${name}' must be a text, bytes or plain JSON.`);
}

function jsonText(content: unknown): string | undefined {
  try {
    return JSON.stringify(content, undefined, 2);
  } catch {
    return undefined;
  }
}
