import { TouchstoneError, variable } from '@touchstone/core';

const VARIABLE = /\$\{(\w+)\}/gu;

/** Headers with `${VARIABLE}` replaced by what the environment says now. @throws TouchstoneError `missing-key` naming the variable */
export function filledHeaders(headers: Readonly<Record<string, string>>): Headers {
  const filled = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    filled.set(
      name,
      value.replace(VARIABLE, (_, key: string) => {
        const found = variable(key);
        if (found !== undefined) return found;
        throw new TouchstoneError('missing-key', `The header ${name} needs ${key}, which is not set in the environment.`);
      }),
    );
  }
  return filled;
}

/** The same check, before anything is sent. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  filledHeaders(headers);
}

/** What stands for the credentials in names of limits: the texts as they were written, which hold no secret if they hold variables. */
export function writtenHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n');
}
