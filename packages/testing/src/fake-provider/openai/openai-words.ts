import { isObject } from '../json-access.ts';
import { dotted, type Problem } from '../wire/shape.ts';

/** The `error` object of OpenAI. */
export interface OpenAIError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** What is wrong with a request, as OpenAI says it. */
export function openaiWords(problem: Problem): OpenAIError {
  const { message, code = null, param } = wordsOf(problem);
  return { message, type: 'invalid_request_error', param: param === undefined ? paramOf(problem) : param, code };
}

interface Words {
  readonly message: string;
  readonly code?: string;
  readonly param?: string | null;
}

function wordsOf(problem: Problem): Words {
  switch (problem.kind) {
    case 'missing':
      return { message: `Missing required parameter: '${dotted(problem.path)}'.`, code: 'missing_required_parameter' };
    case 'unknown':
      return { message: `Unknown parameter: '${dotted([...problem.path, problem.names[0] ?? ''])}'.`, code: 'unknown_parameter' };
    case 'type':
      return {
        message: `Invalid type for '${dotted(problem.path)}': expected ${problem.expected}, but got ${typeOf(problem.value)} instead.`,
        code: 'invalid_type',
      };
    case 'choice': {
      const allowed = problem.allowed.map((name) => `'${name}'`);
      return {
        message: `Invalid value: '${problem.value}'. Supported values are: ${enumeration(allowed)}.`,
        code: 'invalid_value',
      };
    }
    case 'range': {
      const type = problem.whole ? 'integer' : 'decimal';
      const [side, sign] = problem.bound === 'max' ? ['above maximum', '<='] : ['below minimum', '>='];
      return {
        message: `Invalid '${dotted(problem.path)}': ${type} ${side} value. Expected a value ${sign} ${problem.limit}, but got ${problem.value} instead.`,
        code: `${type}_${side.replace('imum', '').replace(' ', '_')}_value`,
      };
    }
    case 'length': {
      const [side, word] = problem.bound === 'max' ? ['maximum', 'long'] : ['minimum', 'short'];
      const given = problem.length === 0 ? 'an empty array' : `an array with length ${problem.length}`;
      return {
        message: `Invalid '${dotted(problem.path)}': ${problem.length === 0 ? 'empty array' : `array too ${word}`}. Expected an array with ${side} length ${problem.limit}, but got ${given} instead.`,
        code: problem.length === 0 ? 'empty_array' : `array_${side === 'maximum' ? 'above_max' : 'below_min'}_length`,
      };
    }
    case 'pattern':
      return {
        message: `Invalid '${dotted(problem.path)}': string does not match pattern. Expected a string that matches the pattern '${problem.pattern}'.`,
        code: 'invalid_value',
      };
    case 'rule':
      return {
        message: problem.message,
        ...(problem.code === undefined ? {} : { code: problem.code }),
        ...(problem.path === undefined ? { param: null } : {}),
      };
  }
}

function paramOf(problem: Problem): string | null {
  if (problem.path === undefined) return null;
  return dotted(problem.kind === 'unknown' ? [...problem.path, problem.names[0] ?? ''] : problem.path);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return `a ${typeof value}`;
}

/** `a, b, and c` */
function enumeration(names: readonly string[]): string {
  return names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`;
}
