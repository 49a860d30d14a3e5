/** The shape of a configuration. Loads zod: import it only when there is a configuration to check. */
import { z } from 'zod';
import { type Config, LEVELS, PRESETS } from './config.js';
import { problemsIn, type ShapeProblem } from './problems.js';

const names = z.array(z.string());
const settings = z.union([z.boolean(), z.record(z.string(), z.unknown())], { error: 'true, false or options' });

const selection = {
  preset: z.enum(PRESETS).optional().describe('which transforms run to begin with'),
  allow: z.enum(LEVELS).optional().describe('the highest level of change that is made'),
  only: names.optional().describe('only these transforms run'),
  skip: names.optional().describe('these do not'),
  transforms: z.record(z.string(), settings).optional().describe('by name: off, on, or on with these options'),
};
const override = z.strictObject({
  files: z.array(z.string()).min(1).describe('globs, relative to the configuration file'),
  ...selection,
});
/** The descriptions are the table of docs/configuration.md. */
export const schema = z.strictObject({
  ...selection,
  use: names.optional().describe('transforms of your own: packages, or paths that begin with `./` or `../`'),
  overrides: z.array(override).optional().describe('other settings for the files that `files` matches; later ones win'),
  context: z.string().optional().describe('the build context, a folder relative to the configuration file'),
  target: z.string().optional().describe('the stage that is built'),
  buildArgs: z.record(z.string(), z.string()).optional().describe('build arguments and their values'),
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
