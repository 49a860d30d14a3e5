import type { Prepare } from '../../src/cache-mounts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

/** Next.js compiles into .next and keeps its cache in a folder of that; a project may move both. */
export const prepareNext: Prepare = ({ uses }, _facts, _tree, project) => {
  const app = project?.node.find(({ scripts }) => /\bnext build\b/.test(scripts.get('build') ?? ''));
  const builds = uses.filter(({ invocation }) => {
    const text = invocation.args.map((word) => word.text).join(' ');
    if (/^(next )?build\b/.test(text) && (invocation.tool === 'next' || text.startsWith('next'))) return true;
    return app !== undefined && /^(run |run-script )?build$/.test(text);
  });
  if (builds.length === 0) return undefined;
  if (builds.length !== uses.length) return 'other scripts run in the same RUN';
  if (project !== undefined && movesOutput(project)) return 'the Next.js configuration names another output folder';
  if (app?.name !== undefined) return { project: app.name };
  return {
    project: builds[0]!.place.cwd ?? 'app',
    level: 'unsafe',
    evidence: [{ fact: 'no package.json was seen, so the id of the cache is only the working directory' }],
  };
};

function movesOutput({ context }: ProjectFacts): boolean {
  return context.paths.some(
    (path) => /(^|\/)next\.config\.(js|mjs|cjs|ts)$/.test(path) && /distDir/.test(context.read(path) ?? ''),
  );
}
