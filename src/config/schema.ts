/** The shape of a configuration. Loads zod: import it only when there is a configuration to check. */
import { z } from 'zod';
import { type Config, LEVELS, PRESETS } from './config.js';
import { problemsIn, type ShapeProblem } from './problems.js';

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

/** Checks a value against the shape of a configuration; all problems, or the configuration. */
export function checkConfig(value: unknown): Config | readonly ShapeProblem[] {
  const result = schema.safeParse(value, { reportInput: false });
  // Absent keys are absent, not undefined: nothing in the schema adds any.
  if (result.success) return result.data as Config;
  const knownAt = (path: readonly PropertyKey[]): readonly string[] =>
    Object.keys(path[0] === 'overrides' ? override.shape : schema.shape);
  // The value of a build argument may be a secret.
  const isSecret = (path: readonly PropertyKey[]): boolean => path[0] === 'buildArgs' && path.length > 1;
  return problemsIn(result.error.issues, value, { knownAt, isSecret });
}
