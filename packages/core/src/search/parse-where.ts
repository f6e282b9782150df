import type { RunStatus } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { type Problem, throwProblems } from '../errors/touchstone-error.ts';
import { timeSpan } from './time-span.ts';
import {
  ATTRIBUTES,
  type Attribute,
  type Field,
  type FieldKind,
  kindOf,
  type Operand,
  type Order,
  type Test,
  type Where,
} from './where.ts';
import { problemOf, WhereFault } from './where-fault.ts';
import { type Token, tokenize } from './where-tokens.ts';

/**
 * Understands a search, which is MLflow's with a little more: `metrics.rougeL/v1/mean > 0.4 and (tags.git like 'ab%' or not status = finished)`.
 *
 *     search     = and {"or" and};  and = not {"and" not};  not = "not" not | "(" search ")" | comparison
 *     comparison = field (("=" | "!=" | "<" | "<=" | ">" | ">=") value | ["not"] ("like" | "ilike") value
 *                | ["not"] "in" "(" value {"," value} ")" | "is" ["not"] "null")
 *     field      = ("metrics" | "params" | "tags" | "attributes") "." key | attribute
 *
 * @throws TouchstoneError `bad-where` with the place; where the outline is right, with everything that is wrong at once
 */
export function parseWhere(text: string): Where {
  const problems: Problem[] = [];
  try {
    const parser = new Parser(tokenize(text), (fault) => problems.push(problemOf(fault, text)));
    const where = parser.search();
    parser.end();
    throwProblems(problems);
    return where;
  } catch (error) {
    if (!(error instanceof WhereFault)) throw error;
    throwProblems([...problems, problemOf(error, text)]);
    throw error;
  }
}

/** Deeper than anybody writes; a program that nests without end must get a sentence, and not a stack overflow. */
const DEEPEST = 200;
const ORDERS: readonly Order[] = ['=', '!=', '<', '<=', '>', '>='];
/** How MLflow writes them besides. */
const SCOPES: Readonly<Record<string, Field['of']>> = {
  metrics: 'metrics',
  metric: 'metrics',
  params: 'params',
  param: 'params',
  parameters: 'params',
  parameter: 'params',
  tags: 'tags',
  tag: 'tags',
  attributes: 'attributes',
  attribute: 'attributes',
  attr: 'attributes',
  run: 'attributes',
};
const MLFLOW_ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  run_id: 'id',
  run_name: 'name',
  start_time: 'started',
  end_time: 'ended',
};
const STATUSES: readonly RunStatus[] = ['running', 'finished', 'incomplete', 'interrupted', 'failed'];
/** Stands for a field that there is not, which has been reported; the rest is still looked at. */
const UNKNOWN: Field = { of: 'tags', key: '' };
const FOREIGN_WORDS: Readonly<Record<string, string>> = { '&&': 'and', '&': 'and', '||': 'or', '|': 'or' };

class Parser {
  readonly #tokens: readonly Token[];
  /** Told of what is wrong with a comparison whose outline is right. */
  readonly #report: (fault: WhereFault) => void;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], report: (fault: WhereFault) => void) {
    this.#tokens = tokens;
    this.#report = report;
  }

  search(): Where {
    return this.#joined('or', () => this.#joined('and', () => this.#negation()));
  }

  end(): void {
    const { kind, text, from, to } = this.#next();
    if (kind === 'end') return;
    if (kind === ')') throw new WhereFault({ from, to }, 'there is no ( that this ) closes');
    if (kind === 'word' && Object.hasOwn(FOREIGN_WORDS, text)) {
      throw new WhereFault({ from, to }, `'${text}' is not known: write ${FOREIGN_WORDS[text]}`);
    }
    const hint = kind === 'word' ? suggestion(text, ['and', 'or']) : '';
    const quote = kind === 'word' && hint === '' ? '; a text with blanks stands in quotes' : '';
    throw new WhereFault({ from, to }, `expected and, or, or the end, and found ${shown(this.#next())}${quote}${sentence(hint)}`);
  }

  #joined(is: 'and' | 'or', part: () => Where): Where {
    const first = part();
    const terms = [first];
    while (this.#takes(is)) terms.push(part());
    return terms.length === 1 ? first : { is, terms };
  }

  #negation(): Where {
    const { from, to } = this.#next();
    if (++this.#depth > DEEPEST) throw new WhereFault({ from, to }, `this is nested more than ${DEEPEST} deep`);
    const where = this.#takes('not') ? ({ is: 'not', term: this.#negation() } as const) : this.#primary();
    this.#depth--;
    return where;
  }

  #primary(): Where {
    if (this.#next().kind !== '(') return this.#comparison();
    const open = this.#take();
    const where = this.search();
    if (this.#next().kind === ')') this.#take();
    else if (this.#next().kind === 'end') throw new WhereFault(open, 'this ( is not closed');
    else this.end();
    return where;
  }

  #comparison(): Where {
    const { field, token } = this.#field();
    return { is: 'comparison', field, test: this.#test(field, token.text) };
  }

  #field(): { readonly field: Field; readonly token: Token } {
    const token = this.#take();
    if (token.kind === 'end' && token.from === 0) throw new WhereFault(token, 'it is empty; write, e.g., status = finished');
    if (token.kind !== 'word' || isKeyword(token.text)) {
      throw new WhereFault(token, `expected what is compared, such as metrics.rougeL/v1/mean, and found ${shown(token)}`);
    }
    const point = token.text.indexOf('.');
    if (point < 0) return { field: this.#attribute(token, token.text), token };
    const scope = token.text.slice(0, point).toLowerCase();
    const of = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
    const key = this.#key(token, token.text.slice(point + 1));
    if (of === undefined) {
      const hint = suggestion(scope, ['metrics', 'params', 'tags', 'attributes'], { list: 'There are' });
      this.#report(new WhereFault({ from: token.from, to: token.from + point }, `'${scope}' has no fields${sentence(hint)}`));
      return { field: UNKNOWN, token };
    }
    if (of === 'attributes') return { field: this.#attribute(token, key), token };
    return { field: { of, key }, token };
  }

  /** What follows the point, in quotes or without. */
  #key(token: Token, rest: string): string {
    const next = this.#next();
    const adjoins = next.from === token.to && (next.kind === 'name' || next.kind === 'text');
    if (rest === '' && adjoins) return this.#take().text;
    if (rest !== '') return rest;
    throw new WhereFault(token, `expected a name after the point, such as metrics.rougeL/v1/mean or tags.\`two words\``);
  }

  #attribute(token: Token, given: string): Field {
    const name = given.toLowerCase();
    const key = Object.hasOwn(MLFLOW_ATTRIBUTES, name) ? MLFLOW_ATTRIBUTES[name] : name;
    if (key !== undefined && isAttribute(key)) return { of: 'attributes', key };
    const meant = given.includes('/') ? `: write metrics.${given}` : '';
    const hint =
      meant === '' ? suggestion(given, Object.keys(ATTRIBUTES), { list: 'There are metrics., params., tags. and' }) : '';
    this.#report(new WhereFault(token, `runs have no attribute '${given}'${meant}${sentence(hint)}`));
    return UNKNOWN;
  }

  #test(field: Field, shownField: string): Test {
    const token = this.#take();
    const kind = kindOf(field);
    if (token.kind === 'operator') {
      const op = ORDERS.find((order) => order === token.text) ?? '=';
      const value = this.#value(token.text);
      if (op !== '=' && op !== '!=' && kind !== 'time' && kind !== 'number' && kind !== 'loose') {
        this.#report(new WhereFault(token, `${shownField} has no order: compare it with =, !=, like, ilike or in`));
      }
      return { op, value: this.#operand(field, value, op) };
    }
    const negated = isWord(token, 'not');
    const word = negated ? this.#take() : token;
    if (isWord(word, 'is') && !negated) return this.#isNull();
    if (isWord(word, 'in')) return { op: negated ? 'not in' : 'in', values: this.#list(field) };
    if (isWord(word, 'like') || isWord(word, 'ilike')) {
      const like = isWord(word, 'like') ? 'like' : 'ilike';
      if (kind === 'number' || kind === 'time') {
        const what = kind === 'number' ? 'a number' : 'a time';
        this.#report(new WhereFault(word, `${shownField} is ${what}, and ${like} is for texts: compare it with =, <, >`));
      }
      return { op: negated ? `not ${like}` : like, pattern: this.#value(like).text };
    }
    const known = negated ? ['in', 'like', 'ilike'] : ['like', 'ilike', 'in', 'not', 'is'];
    const hint = word.kind === 'word' ? suggestion(word.text, known) : '';
    const expected = negated ? 'in, like or ilike after not' : `a comparison after ${shownField}, such as = or like`;
    throw new WhereFault(word, `expected ${expected}, and found ${shown(word)}${sentence(hint)}`);
  }

  #isNull(): Test {
    const negated = this.#takes('not');
    const token = this.#take();
    if (isWord(token, 'null')) return { op: negated ? 'is not null' : 'is null' };
    throw new WhereFault(token, `expected null or not null after is, and found ${shown(token)}`);
  }

  #list(field: Field): readonly Operand[] {
    const open = this.#take();
    if (open.kind !== '(') throw new WhereFault(open, `expected a list after in, such as ('a', 'b'), and found ${shown(open)}`);
    const values = [this.#operand(field, this.#value('('), '=')];
    for (;;) {
      const token = this.#take();
      if (token.kind === ')') return values;
      if (token.kind !== ',') throw new WhereFault(token, `expected , or ) in the list, and found ${shown(token)}`);
      values.push(this.#operand(field, this.#value(','), '='));
    }
  }

  #value(after: string): Token {
    const token = this.#take();
    if (token.kind === 'text' || (token.kind === 'word' && !isKeyword(token.text))) return token;
    const quote = token.kind === 'word' ? `; as a text it stands in quotes, '${token.text}'` : '';
    const backquote = token.kind === 'name' ? '; texts stand in quotes, names in backquotes' : '';
    throw new WhereFault(token, `expected a value after ${after}, and found ${shown(token)}${quote}${backquote}`);
  }

  #operand(field: Field, token: Token, op: Order): Operand {
    try {
      return operandOf(kindOf(field), token, op);
    } catch (error) {
      if (!(error instanceof WhereFault)) throw error;
      this.#report(error);
      return { kind: 'text', text: token.text };
    }
  }

  #next(): Token {
    // The last token is the end, which is never taken away.
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] ?? { kind: 'end', text: '', from: 0, to: 0 };
  }

  #take(): Token {
    const token = this.#next();
    this.#at++;
    return token;
  }

  #takes(word: string): boolean {
    if (!isWord(this.#next(), word)) return false;
    this.#at++;
    return true;
  }
}

function operandOf(kind: FieldKind, token: Token, op: Order): Operand {
  const { text } = token;
  switch (kind) {
    case 'number': {
      const number = numberOf(text);
      if (number !== undefined) return { kind: 'number', number };
      throw new WhereFault(token, `metrics are numbers, and '${text}' is none`);
    }
    case 'status': {
      const status = STATUSES.find((one) => one === text.toLowerCase());
      if (status !== undefined) return { kind: 'status', status };
      throw new WhereFault(token, `there is no status '${text}'${sentence(suggestion(text, STATUSES, { list: 'There are' }))}`);
    }
    case 'time': {
      const span = timeSpan(text);
      if (span !== undefined) return { kind: 'span', ...span };
      throw new WhereFault(token, `'${text}' is no date: write 2026-11-23, or '2026-11-23 14:05'`);
    }
    default: {
      const number = numberOf(text);
      const ordered = op !== '=' && op !== '!=';
      if (ordered && number === undefined) {
        throw new WhereFault(token, `${op} compares numbers, and '${text}' is none: compare texts with =, !=, like, ilike or in`);
      }
      const stands = number !== undefined && (ordered || token.kind === 'word');
      return { kind: 'text', text, ...(stands ? { number } : {}) };
    }
  }
}

/** A decimal number as people write it; not `0x10`, not empty, not without end. */
export function numberOf(text: string): number | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'like', 'ilike', 'is', 'null']);

function isKeyword(text: string): boolean {
  return KEYWORDS.has(text.toLowerCase());
}

function isWord({ kind, text }: Token, word: string): boolean {
  return kind === 'word' && text.toLowerCase() === word;
}

function isAttribute(name: string): name is Attribute {
  return Object.hasOwn(ATTRIBUTES, name);
}

function shown({ kind, text }: Token): string {
  return kind === 'end' ? 'the end' : `'${text}'`;
}

/** ` Did you mean 'and'?` as the end of a clause, which gets its own full stop. */
function sentence(hint: string): string {
  return hint === '' ? '' : `.${hint.replace(/\.$/u, '')}`;
}
