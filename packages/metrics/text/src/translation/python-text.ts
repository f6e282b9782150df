/**
 * What Python's `str.split()`, `strip()` and `\s` call white space, which the reference libraries use. JavaScript's `\s` has U+FEFF
 * besides, and lacks U+001C–U+001F and U+0085.
 *
 * @param code a UTF-16 unit; all of these characters are one unit
 */
export function isPythonSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  if (code < 0x2000) return code === 0x85 || code === 0xa0 || code === 0x1680;
  if (code > 0x3000) return false;
  return code <= 0x200a || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** Python's `text.rstrip()`. */
export function trimPythonEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isPythonSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Python's `text.lstrip()`. */
export function trimPythonStart(text: string): string {
  let start = 0;
  while (start < text.length && isPythonSpace(text.charCodeAt(start))) start++;
  return text.slice(start);
}
