/** A text of a row as it is shown to the judge. */
export interface ShownText {
  readonly text: string;
  /** Characters that were left out; 0 for most texts. */
  readonly leftOut: number;
}

/** Cuts a text that is too long in its middle: how it begins and how it ends matters most. The place says how much is missing. */
export function cutText(text: string, maxLength: number | undefined): ShownText {
  if (maxLength === undefined || text.length <= maxLength) return { text, leftOut: 0 };
  const leftOut = text.length - maxLength;
  const [begins, ends] = [text.slice(0, Math.ceil(maxLength / 2)), text.slice(text.length - Math.floor(maxLength / 2))];
  return { text: `${begins}\n[… ${leftOut.toLocaleString('en')} characters left out …]\n${ends}`, leftOut };
}
