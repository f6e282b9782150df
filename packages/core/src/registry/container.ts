// reflect-metadata must be there before tsyringe is loaded.
import 'reflect-metadata';
import { container, type DependencyContainer, inject, injectable } from 'tsyringe';
import { JUDGE, type ManyToken, type OneToken } from '../contracts/index.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';

// Packs take these from core: a second copy of tsyringe would not know the classes of the first.
export { inject, injectable };
export type Container = DependencyContainer;

/** A container of its own. Its parent, tsyringe's global one, is never registered into. */
export function createContainer(): Container {
  return container.createChildContainer();
}

/** All values of a token; tsyringe's `resolveAll` throws when there are none. */
export function resolveMany<T>(from: Container, token: ManyToken<T>): readonly T[] {
  return from.isRegistered(token, true) ? from.resolveAll<T>(token) : [];
}

/**
 * The one value of a token.
 * @throws TouchstoneError `not-provided` naming who asked and what is missing
 */
export function resolveOne<T>(from: Container, token: OneToken<T>, askedBy: string): T {
  if (!from.isRegistered(token, true)) throw notProvided(token, askedBy);
  return from.resolve<T>(token);
}

/** An object of a class with `@injectable()`, its dependencies from the container. */
export function construct<T>(from: Container, type: new (...dependencies: never[]) => T, what: string): T {
  try {
    return from.resolve<T>(type as new (...dependencies: unknown[]) => T);
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    const missing = /unregistered dependency token: "Symbol\(([^)]+)\)"/u.exec(messageOf(error))?.[1];
    if (missing !== undefined) throw notProvided(Symbol.for(missing), what);
    if (messageOf(error).startsWith('TypeInfo not known')) {
      if (isDecorated(type)) {
        injectable<T>()(type as new (...dependencies: unknown[]) => T);
        return construct(from, type, what);
      }
      throw new TouchstoneError(
        'not-injectable',
        `${what} is a class whose constructor takes services: decorate the class with @injectable() and each service with @inject(TOKEN), or use defineEvaluator.`,
      );
    }
    throw error;
  }
}

/** Decorated, but by the tsyringe of another copy of core: the decorators' notes are on the class, and only the list of classes is that copy's own. */
function isDecorated(type: object): boolean {
  return Reflect.hasOwnMetadata('injectionTokens', type) || Reflect.hasOwnMetadata('design:paramtypes', type);
}

function notProvided(token: symbol, askedBy: string): TouchstoneError {
  const said = token.description ?? String(token);
  const own = /^touchstone\.(.+)$/u.exec(said)?.[1]?.replaceAll('-', '_').toUpperCase();
  if (token === JUDGE) {
    return new TouchstoneError(
      'not-provided',
      `${askedBy} needs JUDGE, and no judge is set: name one for the evaluation with judge: 'openai:/gpt-5', or add a plug-in that calls registry.provide(JUDGE, …).`,
    );
  }
  const message =
    own === undefined
      ? `${askedBy} needs the service '${said}', and no plug-in provides it: add the one that does, or call registry.provide in one of yours.`
      : `${askedBy} needs ${own}, and no plug-in provides it. Add a plug-in that calls registry.provide(${own}, …).`;
  return new TouchstoneError('not-provided', message);
}
