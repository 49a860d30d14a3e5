import packageJson from '../../package.json' with { type: 'json' };
import { DfixError } from '../errors.js';
import { fitTitle, pullRequestBody } from '../forge/body.js';
import { asOneCommit, type Family, isSemantic, planCommits, subject } from '../forge/commits.js';
import type { Wanted } from '../forge/publish.js';
import { contentHash } from '../forge/state.js';
import type { Platform } from '../forge/types.js';
import { helpPage, inOrder } from '../transform/index.js';
import { type PrFile, together } from './pr-files.js';

interface DraftSetting {
  /** The commit that the branch starts at. */
  readonly base: string;
  /** How the project writes its subjects. */
  readonly subjects: readonly string[];
  readonly platform: Platform;
  /** Transforms that a maintainer ticked off. */
  readonly dropped: readonly string[];
  /** `Name <address>`; undefined without a sign-off. */
  readonly signOff: string | undefined;
  readonly oneCommit: boolean;
}

/** What the pull request of these rewrites is to be. */
export function draftPull(files: readonly PrFile[], setting: DraftSetting): Wanted {
  const { base, platform, dropped, signOff } = setting;
  const semantic = isSemantic(setting.subjects);
  const used = new Set(files.flatMap(({ told }) => told.changes.map(({ transform }) => transform)));
  const known = new Map(files.flatMap((file) => file.transforms.map((one) => [one.meta.name, one] as const)));
  const families: readonly Family[] = inOrder([...known.values()].filter(({ meta }) => used.has(meta.name))).map(
    ({ meta: { name, summary, why } }) => ({ name, summary, why }),
  );
  const before = together(files.map((file) => file.before));
  const after = together(files.map((file) => file.rewrite()));
  const rewrite = (names: ReadonlySet<string>) => together(files.map((file) => file.rewrite(names)));
  const commits = planCommits(before, families, rewrite, { semantic, signOff });
  const reached = new Map([...before, ...commits.flatMap((commit) => commit.files)].map((one) => [one.path, one]));
  if (contentHash([...reached.values()]) !== contentHash(after)) {
    throw new DfixError('internal', 'the commits do not add up to the rewrite');
  }
  const summary = families.length === 1 ? families[0]!.summary : 'Make Docker builds faster and images smaller';
  const title = fitTitle(subject(summary, semantic));
  const body = pullRequestBody({
    files: files.map(({ told }) => told),
    dropped,
    platform,
    docs: (name) => helpPage(known.get(name)!.meta),
    state: {
      tool: packageJson.version,
      base,
      content: contentHash(after),
      families: families.map(({ name }) => name),
    },
  });
  return { title, body, commits: setting.oneCommit ? asOneCommit(commits, title, signOff) : commits };
}
