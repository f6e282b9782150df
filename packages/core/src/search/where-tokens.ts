import { WhereFault } from './where-fault.ts';

export interface Token {
  /** `word`: without quotes · `text`: in quotes · `name`: in backquotes · `end`: there is nothing more. */
  readonly kind: 'word' | 'text' | 'name' | 'operator' | '(' | ')' | ',' | 'end';
  /** Without its quotes. */
  readonly text: string;
  /** Where it stands, in UTF-16 units: from the first, before the second. */
  readonly from: number;
  readonly to: number;
}

const BLANKS = /\s+/uy;
const WORD = /[^\s()=!<>,'"`]+/uy;
const OPERATOR = /[=!<>]+/uy;
const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
/** How others write them. */
const FOREIGN: Readonly<Record<string, string>> = { '==': '=', '===': '=', '!==': '!=', '<>': '!=', '=>': '>=', '=<': '<=' };

/** The words of a search. Texts stand in `'…'` or `"…"`, names in `` `…` ``; a quote in them is written twice. @throws WhereFault */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    at += match(BLANKS, text, at).length;
    if (at >= text.length) {
      tokens.push({ kind: 'end', text: '', from: text.length, to: text.length });
      return tokens;
    }
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.to;
  }
}

function tokenAt(text: string, from: number): Token {
  const first = text.charAt(from);
  if (first === '(' || first === ')' || first === ',') return { kind: first, text: first, from, to: from + 1 };
  if (first === "'" || first === '"' || first === '`') return quoted(text, from, first);
  const operator = match(OPERATOR, text, from);
  if (operator === '') {
    const word = match(WORD, text, from);
    return { kind: 'word', text: word, from, to: from + word.length };
  }
  const to = from + operator.length;
  if (OPERATORS.has(operator)) return { kind: 'operator', text: operator, from, to };
  const meant = Object.hasOwn(FOREIGN, operator) ? `: write ${FOREIGN[operator]}` : '; there are =, !=, <, <=, >, >=';
  throw new WhereFault({ from, to }, `'${operator}' is no comparison${meant}`);
}

function quoted(text: string, from: number, quote: "'" | '"' | '`'): Token {
  let content = '';
  for (let at = from + 1; ; ) {
    const end = text.indexOf(quote, at);
    if (end < 0) throw new WhereFault({ from, to: text.length }, `the quote ${quote} is not closed`);
    content += text.slice(at, end);
    if (text[end + 1] !== quote) return { kind: quote === '`' ? 'name' : 'text', text: content, from, to: end + 1 };
    content += quote;
    at = end + 2;
  }
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
