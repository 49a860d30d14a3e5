import type { Prepare } from '../../src/cache-mounts/index.js';
import type { NodeProject } from '../../src/project/manifests/node.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { scriptsRun } from './scripts.js';

/** Next.js compiles into .next and keeps its cache in a folder of that; a project may move both, or remove them first. */
export const prepareNext: Prepare = (site, _facts, _tree, project) => {
  const app = project === undefined ? undefined : appOf(project);
  const builds = site.uses.filter(({ invocation }) => {
    const text = invocation.args.map((word) => word.text).join(' ');
    if (/^(next )?build\b/.test(text) && (invocation.tool === 'next' || text.startsWith('next'))) return true;
    return app !== undefined && /^(run |run-script )?build$/.test(text);
  });
  if (builds.length === 0) return undefined;
  if (builds.length !== site.uses.length) return 'other scripts run in the same RUN';
  if (site.uid !== undefined)
    return `user ${site.run.state.user!} is not root, and the mount would make .next a folder of root`;
  if (project !== undefined && movesOutput(project)) return 'the Next.js configuration names another output folder';
  const remover = app === undefined ? undefined : removesOutput(app);
  if (remover !== undefined) return `the script ${remover} names .next, and a mounted folder in it cannot be removed`;
  if (app?.name !== undefined) return { project: app.name };
  return {
    project: builds[0]!.place.cwd ?? 'app',
    level: 'unsafe',
    evidence: [{ fact: 'no package.json was seen, so the id of the cache is only the working directory' }],
  };
};

/** The project whose build script is Next.js: the one at the top when there is one, else the only one. */
function appOf({ node }: ProjectFacts): NodeProject | undefined {
  const isNext = ({ scripts }: NodeProject): boolean => /\bnext build\b/.test(scripts.get('build') ?? '');
  const top = node.find(({ folder }) => folder === '');
  if (top !== undefined) return isNext(top) ? top : undefined;
  const apps = node.filter(isNext);
  return apps.length === 1 ? apps[0] : undefined;
}

/** The name of a script that names .next among those that a build runs. */
function removesOutput({ scripts }: NodeProject): string | undefined {
  return scriptsRun(scripts, 'build').find((name) => /\.next\b/.test(scripts.get(name) ?? ''));
}

function movesOutput({ context }: ProjectFacts): boolean {
  return context.paths.some(
    (path) => /(^|\/)next\.config\.(js|mjs|cjs|ts)$/.test(path) && /distDir/.test(context.read(path) ?? ''),
  );
}
