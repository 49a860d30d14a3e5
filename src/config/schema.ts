/** The shape of a configuration. Loads zod: import it only when there is a configuration to check. */
import { z } from 'zod';
import { type Config, LEVELS, PRESETS } from './config.js';
import { describeValue } from './describe.js';
import { didYouMean } from './suggest.js';

const names = z.array(z.string());
const settings = z.union([z.boolean(), z.record(z.string(), z.unknown())], { error: 'true, false or options' });

const selection = {
  preset: z.enum(PRESETS).optional(),
  allow: z.enum(LEVELS).optional(),
  only: names.optional(),
  skip: names.optional(),
  transforms: z.record(z.string(), settings).optional(),
};
const override = z.strictObject({ files: z.array(z.string()).min(1), ...selection });
const schema = z.strictObject({
  ...selection,
  use: names.optional(),
  overrides: z.array(override).optional(),
  context: z.string().optional(),
  target: z.string().optional(),
  buildArgs: z.record(z.string(), z.string()).optional(),
});

export interface ConfigProblem {
  readonly path: readonly PropertyKey[];
  /** What was expected there. */
  readonly message: string;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['array', 'list'],
  ['record', 'object'],
]);

/** Checks a value against the shape of a configuration; all problems, or the configuration. */
export function checkConfig(value: unknown): Config | readonly ConfigProblem[] {
  const result = schema.safeParse(value, { reportInput: false });
  // Absent keys are absent, not undefined: nothing in the schema adds any.
  if (result.success) return result.data as Config;
  return result.error.issues.flatMap((issue) => problemsOf(issue, value));
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): readonly ConfigProblem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(path[0] === 'overrides' ? override.shape : schema.shape);
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key${didYouMean(key, known)}` }));
  }
  const value = valueAt(root, path);
  // The value of a build argument may be a secret.
  const got = path[0] === 'buildArgs' && path.length > 1 ? typeof value : describeValue(value);
  return [{ path, message: `expected ${expected(issue, value)}, got ${got}` }];
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
