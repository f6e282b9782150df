/**
 * For adapters whose SDK reads answers itself: the same `fetch`, whose answers in JSON and event streams err at bytes that are no UTF-8. The platform's puts `U+FFFD` in their place: then a
 * broken answer would be scored as what the model has said.
 */
export function utf8Fetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { body, headers, status, statusText, url } = response;
    if (body === null || !response.ok || !/json|event-stream/iu.test(headers.get('content-type') ?? '')) return response;
    const text = body.pipeThrough(new TextDecoderStream('utf-8', { fatal: true, ignoreBOM: true }));
    const copy = new Response(text.pipeThrough(new TextEncoderStream()), { headers, status, statusText });
    Object.defineProperty(copy, 'url', { value: url });
    return copy;
  };
}
