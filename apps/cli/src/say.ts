/** Everything that is not the result goes to stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The result, on stdout; resolves when it has left, also into a slow pipe. */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
