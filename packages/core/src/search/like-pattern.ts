/**
 * SQL's LIKE: `%` stands for any text, `_` for one character. No regular expression, so that no pattern takes long: at most
 * text × pattern steps.
 */
export function isLike(text: string, pattern: string): boolean {
  const [given, wanted] = [[...text], [...pattern]];
  let [at, place] = [0, 0];
  /** The last `%`, and the text that it stands for so far ends here. */
  let last: { readonly place: number; at: number } | undefined;
  while (at < given.length) {
    if (wanted[place] === '%') {
      last = { place, at };
      place++;
    } else if (place < wanted.length && (wanted[place] === '_' || wanted[place] === given[at])) {
      at++;
      place++;
    } else if (last !== undefined) {
      last.at++;
      at = last.at;
      place = last.place + 1;
    } else {
      return false;
    }
  }
  return wanted.slice(place).every((character) => character === '%');
}
