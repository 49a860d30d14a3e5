import type { Locate } from '../config/data.js';
import { scriptBuilds } from './shell-builds.js';
import type { WrittenBuild } from './use.js';
import { listOf, objectOf, own } from './values.js';
import { placed } from './workflow.js';

/** Whether a path is a GitLab pipeline's. */
export function isGitlabPath(path: string): boolean {
  return /(?:^|\/)\.gitlab-ci\.ya?ml$|^\.gitlab\/.*\.ya?ml$|\.gitlab-ci\.ya?ml$/.test(path);
}

/** The build commands in the scripts of a GitLab pipeline; they run in the root of the checkout. */
export function gitlabBuilds(value: unknown, locate: Locate, path: string): readonly WrittenBuild[] {
  return Object.keys(objectOf(value)).flatMap((job) => {
    const lines: { readonly text: string; readonly line: number }[] = [];
    const add = (item: unknown, at: readonly PropertyKey[], depth: number): void => {
      if (typeof item !== 'string') {
        if (depth < 10) for (const [index, inner] of listOf(item).entries()) add(inner, [...at, index], depth + 1);
        return;
      }
      const first = locate(at)?.line ?? 1;
      // A text of several lines is a block; its content begins a line below the place of the item.
      const offset = item.includes('\n') ? 1 : 0;
      for (const [index, text] of item.replace(/\n$/, '').split('\n').entries())
        lines.push({ text, line: first + offset + index });
    };
    for (const key of ['before_script', 'script', 'after_script']) add(own(own(value, job), key), [job, key], 0);
    return scriptBuilds(lines.map(({ text }) => text).join('\n'), '', '').map((build) =>
      placed(build, `${path}:${lines[build.line - 1]?.line ?? 1}`, 'gitlab'),
    );
  });
}
