import type { LanguageModel } from '@touchstone/core';

/** How requests to a judge travel, where that is not the usual way. */
export interface JudgeTransport {
  /** Headers of every request; they win over the adapter's own. */
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
  /** An address that every request is sent to instead, as it is. */
  readonly proxyUrl?: string | undefined;
}

/** The same judge by another way. The address is part of its identity; headers may hold a credential, and are not. */
export function overTransport(judge: LanguageModel, { extraHeaders, proxyUrl }: JudgeTransport): LanguageModel {
  if (extraHeaders === undefined && proxyUrl === undefined) return judge;
  return {
    ...judge,
    identity: { service: judge.identity, ...(proxyUrl === undefined ? {} : { proxyUrl }) },
    scopes: () => judge.scopes(),
    ...(judge.ready === undefined ? {} : { ready: () => judge.ready?.() }),
    ...(judge.estimate === undefined ? {} : { estimate: (request) => judge.estimate?.(request) ?? {} }),
    send: (request, io) =>
      judge.send(request, {
        ...io,
        fetch: (input, init) => {
          const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
          for (const [name, value] of Object.entries(extraHeaders ?? {})) headers.set(name, value);
          const to = proxyUrl ?? input;
          // A request that is sent elsewhere takes its method and body along.
          const sent = input instanceof Request && proxyUrl !== undefined ? new Request(proxyUrl, input) : to;
          return io.fetch(sent, { ...init, headers });
        },
      }),
  };
}
