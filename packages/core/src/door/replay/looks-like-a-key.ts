/** Shapes of keys of known services, long enough that ordinary words do not have them. */
const SHAPES: readonly RegExp[] = [
  /\b(?:sk|pk|rk)-[\w-]{16,}/u,
  /\bhf_[A-Za-z0-9]{16,}/u,
  /\bAIza[\w-]{30,}/u,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/u,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/u,
  /\bxox[abprs]-[\w-]{16,}/u,
  /\beyJ[\w-]{16,}\.[\w-]{16,}\.[\w-]{8,}/u,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{16,}/u,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/u,
];

/** The beginning of what looks like a credential in a text; `undefined`: nothing does. */
export function looksLikeAKey(text: string): string | undefined {
  for (const shape of SHAPES) {
    const found = shape.exec(text)?.[0];
    if (found !== undefined) return `${found.slice(0, SHOWN)}…`;
  }
  return undefined;
}

/** Enough to find it, and too little to use it. */
const SHOWN = 6;
