import type { Json, StandardSchemaV1 } from '@touchstone/core';

/**
 * A cell that a judge can read: a text, a number, yes or no, or a list of passages. A passage is a text, or an object with its text under
 * `text`, `content` or `page_content`, as retrievers give them.
 */
export const material: StandardSchemaV1<unknown, string> = {
  '~standard': {
    version: 1,
    vendor: 'touchstone',
    validate: (cell) => {
      const text = materialText(cell);
      return text === undefined
        ? {
            issues: [{ message: 'it is no text and no list of passages (texts, or objects with text, content or page_content)' }],
          }
        : { value: text };
    },
  },
};

/** `undefined`: it cannot be read. Several passages are numbered, with an empty line between them: `[1] …`, `[2] …`. */
function materialText(cell: unknown): string | undefined {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (!Array.isArray(cell)) return undefined;
  const passages = cell.map(passageText);
  if (passages.some((passage) => passage === undefined)) return undefined;
  return passages.length === 1 ? passages[0] : passages.map((passage, index) => `[${index + 1}] ${passage}`).join('\n\n');
}

function passageText(passage: unknown): string | undefined {
  if (typeof passage === 'string') return passage;
  if (typeof passage !== 'object' || passage === null) return undefined;
  const { text, content, page_content }: Readonly<Record<string, unknown>> = Object(passage);
  return [text, content, page_content].find((one) => typeof one === 'string') as string | undefined;
}

/** Any cell as a text of a prompt: texts as they are, everything else as JSON. */
export function cellText(cell: Json | undefined): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell ?? null);
}
