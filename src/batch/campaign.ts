/** The shape of a campaign file. Loads zod: import it only when there is a campaign. */
import { z } from 'zod';
import { describeValue } from '../config/describe.js';
import { didYouMean } from '../config/suggest.js';

const list = z.array(z.string().min(1));
const schema = z.strictObject({
  repos: list.min(1),
  repoExclude: list.optional(),
  only: list.optional(),
  skip: list.optional(),
});

/** Which repositories a campaign is about, and which transforms it runs. Paths are relative to the campaign file. */
export type Campaign = z.infer<typeof schema>;

export interface CampaignProblem {
  readonly path: readonly PropertyKey[];
  /** What was expected there. */
  readonly message: string;
}

/** Checks what a campaign file holds; all problems, unknown keys first, or the campaign. */
export function checkCampaign(value: unknown): Campaign | readonly CampaignProblem[] {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const unknown = (issue: z.core.$ZodIssue): number => (issue.code === 'unrecognized_keys' ? 0 : 1);
  return [...result.error.issues]
    .sort((a, b) => unknown(a) - unknown(b))
    .flatMap((issue) => {
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: `unknown key${didYouMean(key, Object.keys(schema.shape))}`,
        }));
      }
      const expected =
        issue.code === 'too_small'
          ? 'at least one'
          : issue.code === 'invalid_type'
            ? typeName(issue.expected)
            : issue.message;
      return [{ path: issue.path, message: `expected ${expected}, got ${describeValue(valueAt(value, issue.path))}` }];
    });
}

function typeName(name: string): string {
  return name === 'array' ? 'list' : name;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
