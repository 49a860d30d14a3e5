import { mayInstallUnseen, type Run } from '../../src/cache-mounts/index.js';
import type { Stage } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

/** What an install is judged by: all text that runs in its images, and what of that is not seen. */
export interface Demands {
  readonly text: string;
  /** Whether a script or a program that is not seen may ask for more. */
  readonly unseen: boolean;
}

const RUNS = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ENV', 'SHELL', 'ONBUILD']);

/** What an install is judged by, given the texts of its stage. */
export function demandsOf(facts: Facts, { text, scripts, unread }: Texts, run: Run, runs: readonly Run[]): Demands {
  const heirs = facts.heirs(run.stage);
  const later = runs.filter(
    ({ stage, instruction }) => heirs.includes(stage) && instruction.index >= run.instruction.index,
  );
  const unseen = unread.length > 0 || later.some((one) => mayInstallUnseen(one) && !onlyScripts(one, scripts, unread));
  return { text, unseen };
}

/** All that runs in a stage and its heirs, and the scripts of it that could not be read. */
export interface Texts {
  readonly text: string;
  readonly scripts: readonly string[];
  readonly unread: readonly string[];
}

/** What runs in a stage and in those built on it; scripts are read where the build context is known. */
export function textsOf(project: ProjectFacts | undefined, heirs: readonly Stage[]): Texts {
  const texts = heirs.flatMap(({ instructions }) =>
    instructions.filter(({ keyword }) => RUNS.has(keyword)).map(({ logical }) => logical.text),
  );
  const scripts = [...new Set(texts.flatMap((text) => text.match(/[\w./-]+\.(?:sh|bash)\b/g) ?? []))];
  const unread: string[] = [];
  for (const script of scripts) {
    const name = script.slice(script.lastIndexOf('/') + 1);
    const paths = project?.context.paths.filter((path) => path === name || path.endsWith(`/${name}`)) ?? [];
    if (paths.length === 0) unread.push(script);
    texts.push(...paths.map((path) => project?.context.read(path) ?? ''));
  }
  return { text: texts.join('\n'), scripts, unread };
}

/** Whether what is not seen of a RUN are scripts of the build context, which were read. */
function onlyScripts({ opaque, uses }: Run, scripts: readonly string[], unread: readonly string[]): boolean {
  if (opaque !== undefined) return false;
  return uses.every(({ invocation: { tool, model, use, operands } }) => {
    const script = [tool, operands[0]?.value].find((name) => name !== undefined && scripts.includes(name));
    if (script !== undefined) return !unread.includes(script);
    return tool === '' || (tool !== undefined && model !== undefined && use?.operands !== 'script');
  });
}
