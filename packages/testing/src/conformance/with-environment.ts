/** Kept always: without them a process finds neither its programs nor its home. */
const NEEDED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'NODE_ENV', 'VITEST'];

/** Runs `work` where the environment has these variables and no others that anybody has set. */
export async function withEnvironment<T>(variables: Readonly<Record<string, string>>, work: () => Promise<T> | T): Promise<T> {
  const before = { ...process.env };
  const replace = (by: Readonly<Record<string, string | undefined>>): void => {
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(by, name)) delete process.env[name];
    for (const [name, value] of Object.entries(by)) if (value !== undefined) process.env[name] = value;
  };
  replace({ ...Object.fromEntries(NEEDED.map((name) => [name, before[name]])), ...variables });
  for (const name of NEEDED) if (before[name] === undefined && variables[name] === undefined) delete process.env[name];
  try {
    return await work();
  } finally {
    replace(before);
  }
}
