import type { Problem } from '../wire/shape.ts';

/** What is wrong with a request, as Anthropic says it: the place, a colon, the reason. */
export function anthropicWords(problem: Problem): string {
  if (problem.kind === 'rule') return problem.message;
  if (problem.kind === 'choice' && problem.path.at(-1) === 'type' && problem.path.length > 1) {
    const tags = problem.allowed.map((name) => `'${name}'`).join(', ');
    return `${problem.path.slice(0, -1).join('.')}: Input tag '${problem.value}' found using 'type' does not match any of the expected tags: ${tags}`;
  }
  const path = problem.kind === 'unknown' ? [...problem.path, problem.names[0] ?? ''] : problem.path;
  return `${path.join('.')}: ${reasonOf(problem)}`;
}

function reasonOf(problem: Exclude<Problem, { kind: 'rule' }>): string {
  switch (problem.kind) {
    case 'missing':
      return 'Field required';
    case 'unknown':
      return 'Extra inputs are not permitted';
    case 'type':
      return `Input should be a valid ${typeNamed(problem.expected)}`;
    case 'choice': {
      const allowed = problem.allowed.map((name) => `'${name}'`);
      return `Input should be ${allowed.length < 2 ? allowed.join('') : `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`}`;
    }
    case 'range':
      return `Input should be ${problem.bound === 'min' ? 'greater' : 'less'} than or equal to ${problem.limit}`;
    case 'length':
      return `List should have at ${problem.bound === 'min' ? 'least' : 'most'} ${problem.limit} item${problem.limit === 1 ? '' : 's'} after validation, not ${problem.length}`;
    case 'pattern':
      return `String should match pattern '${problem.pattern}'`;
  }
}

function typeNamed(expected: string): string {
  if (expected.startsWith('an array')) return 'list';
  return (
    { 'an object': 'dictionary', 'a decimal': 'number', 'an integer': 'integer', 'a boolean': 'boolean' }[expected] ?? 'string'
  );
}
