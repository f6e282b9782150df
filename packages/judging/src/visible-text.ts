/** Format characters, fillers and tags that people do not see and models read. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
/** Controls besides tabulator and the ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f\u0080-\u0084\u0086-\u009f]/gu;
/** Joiners after letters that never join by them. After others, as in Persian, Hindi and emoji, they belong to the text. */
const STRAY_JOINER =
  /(?<=^|[\n\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}\p{Script=Han}\p{P}\p{Z}\p{N}])[\u200c\u200d]+/gu;

/**
 * The text as a person sees it: without zero-width characters, direction overrides, invisible tags and controls, in which instructions can
 * be hidden from people and not from models. What is seen stays as it is, also letters that only look like others.
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, '').replace(CONTROL, '').replace(STRAY_JOINER, '');
}

/** Whether there is something hidden in the text. A byte order mark at its beginning, and soft hyphens, are no tricks. */
export function hasHiddenText(text: string): boolean {
  const usual = text.replace(/^\ufeff/u, '').replaceAll('\u00ad', '');
  return /[\u200b\u202a-\u202e\u2060-\u206f\u{e0000}-\u{e0fff}]/u.test(usual);
}
