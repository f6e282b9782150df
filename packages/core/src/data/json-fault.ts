/** The first place at which a text stops being JSON. */
export interface JsonFault {
  /** Position in the text, from 0; its length when the text ends too early. */
  readonly offset: number;
  /** `expected ',' or '}', found 'x'`, with a hint for what people often write instead. */
  readonly problem: string;
}

/**
 * Finds what `JSON.parse` stumbled over. V8's own messages have a position for some mistakes only, and no word on what was expected.
 *
 * @returns `undefined` when the text is JSON
 */
export function findJsonFault(text: string): JsonFault | undefined {
  return new Scanner(text).scan();
}

type Expected = 'value' | 'first item' | 'first name' | 'name' | 'colon' | 'comma';

const EXPECTED: Readonly<Record<Exclude<Expected, 'comma'>, string>> = {
  value: 'a value',
  'first item': "a value or ']'",
  'first name': "a name in double quotes or '}'",
  name: 'a name in double quotes',
  colon: "':'",
};

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$+.-]{1,20}/uy;

/** Reads the grammar of RFC 8259 with a stack of its own, so that depth is no danger. */
class Scanner {
  readonly #text: string;
  #at = 0;
  /** The open brackets, outermost first. */
  readonly #open: ('{' | '[')[] = [];
  #expected: Expected = 'value';

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonFault | undefined {
    for (;;) {
      this.#skipBlanks();
      const fault = this.#expected === 'comma' ? this.#afterValue() : this.#token();
      if (fault === 'end') return undefined;
      if (fault !== undefined) return fault;
    }
  }

  #skipBlanks(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '-')) this.#at += 1;
  }

  #afterValue(): JsonFault | 'end' | undefined {
    const open = this.#open.at(-1);
    const char = this.#text[this.#at];
    if (open === undefined) return char === undefined ? 'end' : this.#fault('the end');
    const close = open === '{' ? '}' : ']';
    if (char === ',') this.#next(open === '{' ? 'name' : 'value');
    else if (char === close) this.#close();
    else return this.#fault(`',' or '${close}'`);
    return undefined;
  }

  #token(): JsonFault | undefined {
    const expected = this.#expected;
    const char = this.#text[this.#at];
    if (expected === 'colon') return char === ':' ? this.#next('value') : this.#fault(EXPECTED.colon);
    if ((char === '}' && expected === 'first name') || (char === ']' && expected === 'first item')) return this.#close();
    if (char === '"') return this.#string(expected === 'name' || expected === 'first name' ? 'colon' : 'comma');
    if (expected === 'name' || expected === 'first name') return this.#fault(EXPECTED[expected]);
    if (char === '{' || char === '[') {
      this.#open.push(char);
      return this.#next(char === '{' ? 'first name' : 'first item');
    }
    return this.#scalar(EXPECTED[expected === 'comma' ? 'value' : expected]);
  }

  #scalar(expected: string): JsonFault | undefined {
    const literal = ['true', 'false', 'null'].find((word) => this.#text.startsWith(word, this.#at));
    const length = literal?.length ?? matchLength(NUMBER, this.#text, this.#at);
    if (length === 0) return this.#fault(expected);
    this.#at += length;
    this.#expected = 'comma';
    return undefined;
  }

  #string(then: Expected): JsonFault | undefined {
    for (let i = this.#at + 1; i < this.#text.length; i++) {
      const char = this.#text[i] ?? '';
      if (char === '"') {
        this.#at = i + 1;
        this.#expected = then;
        return undefined;
      }
      if (char < ' ')
        return {
          offset: i,
          problem: `a text may not hold a raw ${controlName(char)}, write ${JSON.stringify(char).slice(1, -1)}`,
        };
      if (char !== '\\') continue;
      const length = matchLength(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y, this.#text, i);
      if (length === 0)
        return { offset: i, problem: `'${this.#text.slice(i, i + 2)}' is no escape, write '\\\\' for a backslash` };
      i += length - 1;
    }
    return { offset: this.#text.length, problem: `expected a closing '"', found the end` };
  }

  #next(expected: Expected): undefined {
    this.#at += 1;
    this.#expected = expected;
  }

  #close(): undefined {
    this.#open.pop();
    this.#next('comma');
  }

  #fault(expected: string): JsonFault {
    const found = this.#found();
    return { offset: this.#at, problem: `expected ${expected}, found ${found}${hintFor(found)}` };
  }

  #found(): string {
    if (this.#at >= this.#text.length) return 'the end';
    const length = matchLength(WORD, this.#text, this.#at);
    return `'${length > 0 ? this.#text.slice(this.#at, this.#at + length) : String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)}'`;
  }
}

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function controlName(char: string): string {
  return { '\n': 'line break', '\r': 'line break', '\t': 'tab' }[char] ?? 'control character';
}

/** What other languages write, and Python's json module even without being asked. */
function hintFor(found: string): string {
  if (/^'[+-]?(?:nan|inf|infinity)'$/i.test(found)) return ' (JSON has no such number, write null)';
  if (/^'(?:True|False|None)'$/.test(found)) return ' (JSON writes true, false and null)';
  return found === "'''" ? ' (JSON quotes with ")' : '';
}
