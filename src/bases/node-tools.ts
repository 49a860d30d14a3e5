import type { ProjectFacts } from '../project/project.js';

const SOURCES = /^(?!(?:.*\/)?(?:node_modules|tests?|__tests__|scripts|docs?)\/).*\.[cm]?[jt]sx?$/;
const SCRIPTS_OF_PYTHON = /^(?!(?:.*\/)?(?:node_modules|tests?|docs?)\/).*\.py$/;
/** Packages whose programs are written in Python. */
const OF_PYTHON = /^(?:python-shell|pythonia|youtube-dl(?:-exec|-wrap)?|yt-dlp-(?:exec|wrap)|ytdlp-nodejs)$/;
const STARTS = /['"](?:node:)?(?:child_process|execa|shelljs|cross-spawn|zx)['"]/;
const TOOL = /['"`](?:\/usr\/bin\/)?(python[23]?|gcc|g\+\+|cc|c\+\+|make|cmake)(?=['"`\s])/;

/** Why a project of Node may run what else only builds its native modules: Python, compilers; undefined when nothing tells so. */
export function runsBuildTools({ node, context }: ProjectFacts): string | undefined {
  const depends = node.flatMap(({ dependencies }) => [...dependencies.keys()]).find((name) => OF_PYTHON.test(name));
  if (depends !== undefined) return `${depends} runs Python`;
  const script = context.paths.find((path) => SCRIPTS_OF_PYTHON.test(path));
  if (script !== undefined) return `the program may run ${script}`;
  for (const path of context.paths.filter((one) => SOURCES.test(one))) {
    const text = context.read(path) ?? '';
    const tool = STARTS.test(text) ? TOOL.exec(text)?.[1] : undefined;
    if (tool !== undefined) return `${path} starts ${tool}`;
  }
  return undefined;
}
