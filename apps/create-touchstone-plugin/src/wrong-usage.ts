/** What the user asked for cannot be done: one sentence, and exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
