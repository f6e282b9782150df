import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRow } from './read-row.ts';
import { createRowKeys } from './row-key.ts';

// Golden keys, computed with Python:
// python3 -c "import base64, hashlib, json, sys; print(*(base64.urlsafe_b64encode(hashlib.sha256(json.dumps(cells, ensure_ascii=False,
//   separators=(',', ':'), sort_keys=True).encode()).digest()[:16]).decode().rstrip('=') for cells in json.load(sys.stdin)))"
//   <<< '[["What is MLflow?"], ["대한민국의 수도는 어디인가요?"], ["세종대왕은 누구인가요?", null, 3, true], [{"question": "수도?", "lang": "ko", "n": [1, 2.5]}], []]'
const GOLDEN = [
  { inputs: ['question'], row: { question: 'What is MLflow?' }, key: '9evU4yUVsNEsQWi7vEtaVw' },
  { inputs: ['question'], row: { question: '대한민국의 수도는 어디인가요?', answer: '서울' }, key: 'xQK_Tn0F90rowXoDuUbqBQ' },
  { inputs: ['q', 'missing', 'n', 'ok'], row: { ok: true, n: 3, q: '세종대왕은 누구인가요?' }, key: '0CmqwGLTziBJf-_wLBNW2Q' },
  { inputs: ['request'], row: { request: { question: '수도?', lang: 'ko', n: [1, 2.5] } }, key: 'tI4MeRfT30AGJgE7gKtt0A' },
  { inputs: [], row: { answer: 'x' }, key: 'T1PNoYwrqgwDVLtfmj7L5Q' },
];

describe('row keys from inputs', () => {
  it.each(GOLDEN)('equal what Python computes: $key', ({ inputs, row, key }) => {
    expect(createRowKeys({ inputs }).next(row, 0)).toBe(key);
  });

  it('count repeats in data order', () => {
    const keys = createRowKeys({ inputs: ['q'] });
    const rows = ['a', 'b', 'a', 'a', 'b'].map((q, i) => keys.next({ q, answer: i }, i));
    const [a, b] = rows;
    expect(rows).toEqual([a, b, `${a}#2`, `${a}#3`, `${b}#2`]);
  });

  it('are the same for null and missing cells, and differ for text and number', () => {
    const key = (row: Record<string, string | number | null>) => createRowKeys({ inputs: ['a', 'b'] }).next(row, 0);
    expect(key({ a: 'x' })).toBe(key({ a: 'x', b: null }));
    expect(key({ a: 'x', b: 2 })).not.toBe(key({ a: 'x', b: '2' }));
    expect(key({ a: 'x', b: 'y' })).not.toBe(key({ a: 'y', b: 'x' }));
  });

  it('are equal exactly for rows of equal inputs, whatever the order of columns and members', () => {
    const cell = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(cell, cell, cell, (a, b, other) => {
        const key = (row: object) => createRowKeys({ inputs: ['a', 'b'] }).next(readRow(row, 0), 0);
        expect(key({ b: shuffled(b), extra: other, a: shuffled(a) })).toBe(key({ a, b }));
        expect(key({ a, b: [b, other] })).not.toBe(key({ a, b: [b] }));
      }),
    );
  });

  it('count right for more rows than the table begins with', () => {
    const keys = createRowKeys({ inputs: ['n'] });
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) seen.add(keys.next({ n: i % 10_000 }, i));
    expect(seen.size).toBe(20_000);
    expect([...seen].filter((key) => key.endsWith('#2'))).toHaveLength(10_000);
  });
});

describe('row keys from an id column', () => {
  it('are the id, text or number', () => {
    const keys = createRowKeys({ id: 'qid', inputs: ['q'] });
    expect([keys.next({ qid: 'q17', q: 'a' }, 0), keys.next({ qid: 18, q: 'a' }, 1)]).toEqual(['q17', '18']);
  });

  it('refuse an id that stands in two rows', () => {
    const keys = createRowKeys({ id: 'qid', inputs: ['q'] });
    for (let i = 0; i < 40; i++) keys.next({ qid: `q${i + 1}` }, i);
    expect(() => keys.next({ qid: 'q17' }, 40)).toThrow(
      expect.objectContaining({
        code: 'duplicate-id',
        message:
          "id 'q17' stands in rows 17 and 41; every row needs an id of its own. Without `id`, rows are known by a hash of their inputs, and repeats are counted.",
      }),
    );
  });

  it.each([
    [{}, 'is missing'],
    [{ qid: null }, 'holds null'],
    [{ qid: '' }, 'is empty'],
    [{ qid: true }, 'holds true'],
    [{ qid: ['a'] }, 'holds a list'],
    [{ qid: { a: 1 } }, 'holds an object'],
  ])('refuse %o', (row, what) => {
    expect(() => createRowKeys({ id: 'qid', inputs: ['q'] }).next(row, 4)).toThrow(
      expect.objectContaining({ code: 'bad-id', message: `Row 5: the id column 'qid' ${what}; an id is text or a number.` }),
    );
  });
});

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shuffled(member)])
      .reverse(),
  );
}
