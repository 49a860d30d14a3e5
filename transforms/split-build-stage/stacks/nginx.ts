import { isWithin } from '../../../src/facts/index.js';
import { type Effect, pathOf } from '../file-steps.js';
import { type Answer, declined, type Declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { carriedPackages } from './carried-packages.js';
import { isOfSystem, placesAround } from './program-folder.js';
import { isBuild } from './static.js';

/** What Node and its packages come from, and a server of files never starts. */
const BUILD_PACKAGES =
  /^(?:nodejs|npm|yarn|git|git-core|curl|wget|gnupg2?|unzip|python3?|apt-transport-https|lsb-release|ca-certificates|build-base|build-essential|make|gcc|g\+\+)$/;
const NODE_SOURCE = /\/\/deb\.nodesource\.com\//;
const STARTS_NODE = /\b(?:node|npm|npx|yarn)\b/;
const NODE = /^(?:npm|npx|yarn|pnpm|node|corepack|ng|vite|gulp|grunt|bower|webpack)$/;

/** Front ends that are built on nginx's image, with Node in it: nginx and what it serves ship. */
export const nginx: Stack = {
  name: 'nginx',
  plan: (subject) => {
    if (subject.base?.image !== 'nginx') return undefined;
    const { command, stage, steps, project } = subject;
    const builds = steps.filter(isBuild);
    if (builds.length === 0) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (command.at !== undefined && command.words[0] !== 'nginx')
      return declined(
        `${command.words[0] ?? 'a shell'} starts, and what it needs of the build is not known`,
        command.at,
      );
    const at = builds[0]!.instruction;
    if (project === undefined || !subject.filesComplete)
      return declined('what COPY or ADD brings is not known in full', stage.from);
    const root = builds.at(-1)!.cwd;
    if (root === undefined || isOfSystem(root)) return declined('the folder of the build is not known', at);
    const script = startScripts(subject).find(({ text }) => text.includes(root) || STARTS_NODE.test(text));
    if (script !== undefined)
      return declined(`${script.path} runs when the container starts, and may need what the build has`, at);
    const served = servedFolders(subject, root);
    if ('reason' in served) return served;
    if (served.length === 0) return declined('no step puts what is built where nginx serves it', at);
    return planOf(subject, root, served);
  },
};

/** Scripts of the context that nginx's image runs before it serves. */
function startScripts({ files, project }: Subject): readonly { readonly path: string; readonly text: string }[] {
  return [...files].flatMap(([path, { context }]) =>
    context !== undefined && isWithin(path, '/docker-entrypoint.d')
      ? [{ path, text: project!.context.read(context) ?? '' }]
      : [],
  );
}

/** Where `cp` and `mv` put what is built, and what nginx's settings name in the folder of the build. */
function servedFolders({ steps, files, project, stage }: Subject, root: string): readonly string[] | Declined {
  const served = new Set(steps.flatMap((step) => putAt(step, root) ?? []));
  for (const [path, { context, by }] of files) {
    if (context === undefined || !isWithin(path, '/etc/nginx')) continue;
    const text = project!.context.read(context) ?? '';
    for (const [, name, value] of text.matchAll(/^[ \t]*(\w+)\s+"?([^\s;"{]+)/gm)) {
      if (!isWithin(value!, root)) continue;
      const isFolder = /^(?:root|alias)$/.test(name!);
      if (value === root || (!isFolder && !files.has(value!)))
        return declined(`${path} names ${value!}, which is not known to be all that nginx reads`, by);
      served.add(value!.replace(/\/$/, ''));
    }
  }
  if ([...served].some((path) => path.includes('$')))
    return declined('what nginx serves is named by a variable', stage.from);
  return [...served].sort();
}

/** The folder outside the build that a step fills from it. */
function putAt(step: Step, root: string): string | undefined {
  const { tool, operands } = step.invocation;
  const paths = operands.map((word) => pathOf(step, word));
  const target = paths.pop();
  if (!/^(?:cp|mv)$/.test(tool ?? '') || target === undefined || paths.length === 0) return undefined;
  return paths.every((path) => path !== undefined && isWithin(path, root)) &&
    !isWithin(target, root) &&
    /^\/(?:usr\/share\/nginx\/|var\/www(?:\/|$)|srv\/|www(?:\/|$)|app(?:\/|$))/.test(target)
    ? target
    : undefined;
}

/** The script that sets NodeSource's packages up, given to a shell. */
function isPipedFromNodeSource({ instruction, invocation }: Step, { steps }: Subject): boolean {
  return (
    invocation.command.piped &&
    steps.some(
      (one) => one.instruction === instruction && one.invocation.args.some(({ text }) => NODE_SOURCE.test(text)),
    )
  );
}

function planOf(subject: Subject, root: string, served: readonly string[]): Answer {
  const { command, stage, facts } = subject;
  const effect = (step: Step): Effect | undefined => {
    const { tool, args, operands } = step.invocation;
    if (NODE.test(tool ?? '')) return 'none';
    if (putAt(step, root) !== undefined) return 'none';
    if (
      /^(?:curl|wget|bash|sh)$/.test(tool ?? '') &&
      (args.some(({ text }) => NODE_SOURCE.test(text)) ||
        (/^(?:ba)?sh$/.test(tool!) && isPipedFromNodeSource(step, subject)))
    )
      return 'none';
    const removes = (where: (path: string) => boolean): boolean =>
      tool === 'rm' && operands.map((word) => pathOf(step, word)).every((path) => path !== undefined && where(path));
    if (removes((path) => isWithin(path, root))) return 'inside';
    if (removes((path) => /^\/(?:etc\/nginx|usr\/share\/nginx)\//.test(path))) return 'outside';
    return undefined;
  };
  const placed = placesAround(subject, root, effect);
  if ('reason' in placed) return placed;
  if (command.healthCheck === undefined) return declined('HEALTHCHECK is not understood', command.at ?? stage.from);
  const check = command.healthCheck.find(
    ({ tool }) => !/^(?:wget|curl|exit|true|false|test|nginx|\[|)$/.test(tool ?? '?'),
  );
  if (check !== undefined)
    return declined(`HEALTHCHECK runs ${check.tool ?? 'a program'}, which may be of the build`, stage.from);
  const checks = command.healthCheck.flatMap(({ tool }) =>
    tool === 'wget' || tool === 'curl' ? [{ name: tool, why: 'HEALTHCHECK runs it' }] : [],
  );
  const packages = carriedPackages(subject, checks, BUILD_PACKAGES, true);
  if ('reason' in packages) return packages;
  const alpine = facts.before(stage.instructions[1] ?? stage.from)!.image.family === 'alpine';
  return plan({
    image: stage.base,
    what: `ship nginx and ${served.join(', ')} and leave Node, packages and sources in a build stage`,
    places: placed.places,
    copies: served.map((path) => ({ from: path, to: path })),
    packages,
    manager: alpine ? 'apk' : 'apt',
    buildVariables: new Set(['NODE_ENV', 'NODE_VERSION', 'NPM_CONFIG_LOGLEVEL', 'DEBIAN_FRONTEND']),
    level: 'unsafe',
    evidence: [
      { fact: 'both stages have one base, and nginx serves files alone', span: stage.from.span },
      ...served.map((path) => ({ fact: `${path} is where the build ends, and nginx serves it` })),
      { fact: 'no real build has shown this road' },
    ],
    announces: [
      {
        kind: 'files',
        effect: 'removed',
        paths: ['node_modules', 'dist', 'build'].map((name) => `${root}/${name}/**`),
        why: 'only the build reads it',
      },
    ],
  });
}
