import type { Prepare, Use } from '../../src/cache-mounts/index.js';
import type { BuildInfo } from '../../src/project/manifests/tsconfig.js';
import type { NodeProject } from '../../src/project/manifests/node.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { scriptsRun } from './scripts.js';

/**
 * tsc keeps what it checked in a .tsbuildinfo file, and does not write output again that it wrote in an earlier build: only
 * builds that write none may have that file from a mount. It must lie in a folder of its own, as new projects of Vite have it.
 */
export const prepareTypeScript: Prepare = (site, _facts, _tree, project) => {
  const app = project?.node.length === 1 ? project.node[0] : project?.node.find(({ folder }) => folder === '');
  if (project === undefined || app === undefined) return undefined;
  const checks = site.uses.flatMap((use) => commandsOf(use, app));
  const infos = checks.flatMap((command) => infosOf(command, app, project));
  if (infos.length === 0) return undefined;
  const emitting = infos.find(({ emits }) => emits);
  if (emitting !== undefined)
    return `tsc would not write again what an earlier build of ${emitting.tsconfig} wrote, and the image would lack it`;
  const folders = infos.map(({ file }) => folderIn(app, file));
  if (folders.includes(undefined))
    return 'tsc keeps .tsbuildinfo beside other files: tsBuildInfoFile can name one in node_modules/.tmp';
  if (site.uid !== undefined)
    return `user ${site.run.state.user!} is not root, and the mount would make its folder one of root`;
  const installer = site.run.uses.find(({ invocation }) => INSTALLS.test(usageOf(invocation)));
  if (installer !== undefined)
    return `${usageOf(installer.invocation)} in the same RUN may remove node_modules, and a mounted folder in it cannot be removed`;
  return {
    only: FOLDERS.filter((folder) => folders.includes(folder)).map((folder) => folder.replace('node_modules/.', 'ts-')),
    ...(app.name === undefined
      ? { project: 'app', level: 'unsafe', evidence: [{ fact: 'package.json has no name for the id of the cache' }] }
      : { project: app.name }),
  };
};

/** The folders of node_modules in which .tsbuildinfo files are kept. */
const FOLDERS = ['node_modules/.tmp', 'node_modules/.cache'] as const;

const INSTALLS = /^(?:npm (?:ci|clean-install|i|install|add|update)|(?:yarn|pnpm|bun)(?: (?:install|i|add))?)$/;

function usageOf({ tool, subcommand }: Use['invocation']): string {
  return `${tool!} ${subcommand}`.trim();
}

/** The words of the tsc commands that a use runs, itself or through scripts. */
function commandsOf({ invocation }: Use, { scripts }: NodeProject): readonly (readonly string[])[] {
  const words = invocation.args.map(({ text }) => text);
  const direct = /^(?:vue-)?tsc$/.test(invocation.tool ?? '') ? [words] : [];
  const [first = '', second = ''] = words;
  if (/^(?:vue-)?tsc$/.test(first)) return [words.slice(1)];
  const name = /^run(-script)?$/.test(first) ? second : first;
  const texts = scripts.has(name) ? scriptsRun(scripts, name).map((script) => scripts.get(script)!) : [];
  const nested = texts.flatMap((text) =>
    [...text.matchAll(/(?<![\w-])(?:vue-)?tsc(?![\w-])([^&|;"]*)/g)].map((match) => match[1]!.trim().split(/\s+/)),
  );
  return [...direct, ...nested];
}

/** What the builds of one tsc command keep. */
function infosOf(words: readonly string[], { folder }: NodeProject, project: ProjectFacts): readonly BuildInfo[] {
  const at = words.findIndex((word) => /^(-p|--project|-b|--build)$/.test(word));
  const next = words[at + 1];
  const named = at < 0 || next === undefined || next === '' || next.startsWith('-') ? '.' : next.replace(/^\.\//, '');
  const path = named.endsWith('.json') ? named : named === '.' ? 'tsconfig.json' : `${named}/tsconfig.json`;
  const infos = project.at.buildInfos(folder === '' ? path : `${folder}/${path}`);
  return words.includes('--noEmit') ? infos.map((info) => ({ ...info, emits: false })) : infos;
}

function folderIn({ folder }: NodeProject, file: string | undefined): string | undefined {
  const below =
    folder === '' ? file : file?.startsWith(`${folder}/`) === true ? file.slice(folder.length + 1) : undefined;
  return FOLDERS.find((one) => below?.startsWith(`${one}/`) === true);
}
