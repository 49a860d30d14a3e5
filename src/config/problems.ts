/** What zod finds wrong, in words for people. Loads zod's types only. */
import type { z } from 'zod';
import { describeValue } from './describe.js';
import { didYouMean } from './suggest.js';

/** Something in a file of settings that has not the shape it should have. */
export interface ShapeProblem {
  readonly path: readonly PropertyKey[];
  /** What was expected there. */
  readonly message: string;
}

interface Shape {
  /** The keys that an object at a path may have. */
  readonly knownAt: (path: readonly PropertyKey[]) => readonly string[];
  /** Whether the value at a path is not to be shown. */
  readonly isSecret?: (path: readonly PropertyKey[]) => boolean;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['array', 'list'],
  ['record', 'object'],
]);

/** Tells the issues of a value, unknown keys with a suggestion. */
export function problemsIn(
  issues: readonly z.core.$ZodIssue[],
  root: unknown,
  { knownAt, isSecret }: Shape,
): readonly ShapeProblem[] {
  return issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') {
      const known = knownAt(path);
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key${didYouMean(key, known)}` }));
    }
    const value = valueAt(root, path);
    const got = isSecret?.(path) === true ? typeof value : describeValue(value);
    return [{ path, message: `expected ${expected(issue, value)}, got ${got}` }];
  });
}

function expected(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES.get(issue.expected) ?? issue.expected;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const hint = typeof value === 'string' ? didYouMean(value, values) : '';
      return `one of ${values.join(', ')}${hint === '' ? '' : ` (${hint.slice(2)})`}`;
    }
    case 'invalid_format':
      return issue.format === 'url' ? 'an address, https://…' : issue.message;
    case 'too_small':
      return 'at least one';
    default:
      return issue.message;
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
