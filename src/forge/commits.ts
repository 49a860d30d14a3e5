import { printable } from '../errors.js';
import type { FileContent, PlannedCommit } from './types.js';

const SEMANTIC = /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^()]{1,40}\))?!?: \S/;

/** Whether a project writes its subjects as conventionalcommits.org asks: at least half of the last ones do. */
export function isSemantic(subjects: readonly string[]): boolean {
  return subjects.length > 0 && subjects.filter((subject) => SEMANTIC.test(subject)).length * 2 >= subjects.length;
}

/** The trailer that tells the commits of dfix from those of people. */
export const TRAILER = 'Dfix-Transform';

interface MessageStyle {
  readonly semantic: boolean;
  /** `Name <address>`, for projects that ask for a sign-off. */
  readonly signOff?: string | undefined;
}

/** The subject of a commit, or the title of a pull request, in the project's style. */
export function subject(text: string, semantic: boolean): string {
  const line = printable(text);
  return semantic ? `build(docker): ${line.charAt(0).toLowerCase()}${line.slice(1)}` : line;
}

/** A family of changes, in the order in which its transform runs. */
export interface Family {
  readonly name: string;
  /** The summary of the transform. */
  readonly summary: string;
  readonly why: string;
}

/**
 * One commit for each family; a family that adds nothing of its own has none.
 * @param rewrite the files as they are when only these families run; all families give the files of the pull request
 */
export function planCommits(
  before: readonly FileContent[],
  families: readonly Family[],
  rewrite: (families: ReadonlySet<string>) => readonly FileContent[],
  style: MessageStyle,
): readonly PlannedCommit[] {
  const now = new Map(before.map(({ path, text }) => [path, text]));
  const commits: PlannedCommit[] = [];
  for (let count = 1; count <= families.length; count++) {
    const family = families[count - 1]!;
    const names = new Set(families.slice(0, count).map(({ name }) => name));
    const files = rewrite(names).filter(({ path, text }) => now.get(path) !== text);
    if (files.length === 0) continue;
    for (const { path, text } of files) now.set(path, text);
    commits.push({ family: family.name, message: message(family, style), files });
  }
  return commits;
}

/** All commits as one, under the title of the pull request. */
export function asOneCommit(
  commits: readonly PlannedCommit[],
  title: string,
  signOff: string | undefined,
): readonly PlannedCommit[] {
  if (commits.length < 2) return commits;
  const files = new Map(commits.flatMap((commit) => commit.files.map((file) => [file.path, file] as const)));
  const list = commits.map((commit) => `- ${commit.message.split('\n')[0]!.replace(/^build\(docker\): /, '')}`);
  const trailers = [
    ...commits.map(({ family }) => `${TRAILER}: ${family}`),
    ...(signOff === undefined ? [] : [`Signed-off-by: ${signOff}`]),
  ];
  const message = `${title}\n\n${list.join('\n')}\n\n${trailers.join('\n')}\n`;
  return [{ family: commits.map(({ family }) => family).join(','), message, files: [...files.values()] }];
}

function message(family: Family, { semantic, signOff }: MessageStyle): string {
  const trailers = [`${TRAILER}: ${family.name}`, ...(signOff === undefined ? [] : [`Signed-off-by: ${signOff}`])];
  return `${subject(family.summary, semantic)}\n\n${wrap(printable(family.why), 72)}\n\n${trailers.join('\n')}\n`;
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
