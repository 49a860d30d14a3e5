/** The shape of a campaign file. Loads zod: import it only when there is a campaign. */
import { z } from 'zod';
import { problemsIn, type ShapeProblem } from '../config/problems.js';

const list = z.array(z.string().min(1));
const schema = z.strictObject({
  /** Folders, globs of folders, and addresses. */
  repos: list.min(1).optional(),
  repoInclude: list.optional(),
  repoExclude: list.optional(),
  /** Lists of the platform. */
  org: list.optional(),
  group: list.optional(),
  user: list.optional(),
  topic: list.optional(),
  search: list.optional(),
  /** Lists leave out forks and what is archived unless they are asked for. */
  forks: z.boolean().optional(),
  archived: z.boolean().optional(),
  platform: z.enum(['github', 'gitlab', 'gitea', 'bitbucket']).optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  only: list.optional(),
  skip: list.optional(),
  /** Above `safe` nothing goes without a proof. */
  allow: z.enum(['safe', 'review']).optional(),
});

/** Which repositories a campaign is about, and which transforms it runs. Paths are relative to the campaign file. */
export type Campaign = z.infer<typeof schema>;

/** Checks what a campaign file holds; all problems, a misspelt key before what is missing for it, or the campaign. */
export function checkCampaign(value: unknown): Campaign | readonly ShapeProblem[] {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [unknown, others] = [true, false].map((is) =>
    result.error.issues.filter(({ code }) => (code === 'unrecognized_keys') === is),
  );
  return problemsIn([...unknown!, ...others!], value, { knownAt: () => Object.keys(schema.shape) });
}
