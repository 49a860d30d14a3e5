import { slimTagOf } from '../../../src/bases/index.js';
import type { Instruction } from '../../../src/dockerfile/index.js';
import { isRoot, isWithin, joinPath } from '../../../src/facts/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import type { Invocation } from '../../../src/shell/index.js';
import { byInstruction, isPackageCommand } from '../system-packages.js';
import { type Answer, type Declined, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { startCommand } from './start.js';

/** Servers of files that npm installs, with the options that take a value and name no file. */
const SERVERS: Readonly<Record<string, RegExp>> = {
  serve: /^(?:-l|--listen|-p|--port)$/,
  'http-server': /^(?:-p|--port|-a|--address|-c|-e|--ext|-t|-d|-i|-g|-b|-o|-s)$/,
};
/** Options that stand alone. */
const FLAGS: Readonly<Record<string, RegExp>> = {
  serve:
    /^(?:-s|--single|-n|--no-clipboard|-L|--no-request-logging|-C|--cors|-u|--no-compression|-d|--debug|--no-etag|-T|--no-port-switching)$/,
  'http-server': /^(?:--cors|--gzip|--brotli|--silent|--no-dotfiles|-c-1|--log-ip|-r|--robots)$/,
};
const INSTALLERS = /^(?:npm|yarn|pnpm)$/;

/** Front ends that Node builds and a server of npm's serves: the server and the built folder ship. */
export const staticFiles: Stack = {
  name: 'static',
  plan: (subject) => {
    const { base } = subject;
    if (base?.image !== 'node' || readTag(base.tag).windows !== undefined) return undefined;
    const { command, stage, steps, project } = subject;
    if (command.at === undefined) return undefined;
    const start = startCommand(subject);
    const server = start?.tool;
    if (start === undefined || server === undefined || !Object.hasOwn(SERVERS, server) || start.wrappers.length > 0)
      return undefined;
    const builds = steps.filter(isBuild);
    if (builds.length === 0) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    const folder = servedFolder(subject, start, server);
    if (typeof folder === 'object') return folder;
    const root = builds.at(-1)!.cwd;
    if (root === undefined || folder === root || !isWithin(folder, root))
      return declined(`${folder} is not known to hold nothing but what the build makes`, command.at);
    if (project === undefined || !subject.filesComplete)
      return declined('what COPY or ADD brings is not known in full', stage.from);
    const [file] = [...subject.files.keys()].filter((path) => isWithin(path, folder));
    if (file !== undefined) return declined(`${file} comes with the build context, and is served as well`, command.at);
    return planOf(subject, server, folder);
  },
};

/** `npm run build` and its kin; not an install. */
export function isBuild({ invocation: { tool, args } }: Step): boolean {
  return (
    (INSTALLERS.test(tool ?? '') && args.some(({ value }) => /^(?:build|generate|export)(?::|$)/.test(value ?? ''))) ||
    /^(?:npx|ng|vite|vue-cli-service|react-scripts|webpack|parcel|gulp|grunt|gatsby|eleventy)$/.test(tool ?? '')
  );
}

function planOf(subject: Subject, server: string, folder: string): Answer {
  const { base, command, stage, steps, facts } = subject;
  const installs = [...byInstruction(steps)].filter(([, some]) =>
    some.some((step) => installed(step)?.includes(server)),
  );
  const [install] = installs;
  if (install === undefined) return declined(`no step installs ${server} for all users`, command.at!);
  const places = new Map<Instruction, 'both'>();
  for (const [instruction, some] of installs) {
    if (!some.every((step) => installed(step) !== undefined || isPackageCommand(step) || isClean(step)))
      return declined(
        `RUN at line ${instruction.lines.first} installs ${server} in one step with the build`,
        instruction,
      );
    places.set(instruction, 'both');
  }
  if (install[1].some(isPackageCommand) || isRoot(facts.before(install[0])!) !== true)
    return declined(`RUN at line ${install[0].lines.first} installs ${server} with more than npm as root`, install[0]);
  if (command.healthCheck === undefined) return declined('HEALTHCHECK is not understood', command.at!);
  const check = command.healthCheck.find(
    ({ tool }) => !/^(?:wget|curl|node|exit|true|false|test|\[|)$/.test(tool ?? '?'),
  );
  if (check !== undefined)
    return declined(`HEALTHCHECK runs ${check.tool ?? 'a program'}, which may be of the build`, command.at!);
  const volume = stage.instructions.find(({ keyword }) => keyword === 'VOLUME');
  if (volume !== undefined)
    return declined(`VOLUME at line ${volume.lines.first} may hold files that the image brings`, volume);
  const owner = stage.instructions.find(
    ({ keyword, logical }) => keyword === 'USER' && !/\b(?:node|root)\b/.test(logical.text),
  );
  if (owner !== undefined) return declined(`USER at line ${owner.lines.first} is made by a step of the build`, owner);
  const slim = command.healthCheck.some(({ tool }) => tool === 'curl' || tool === 'wget')
    ? undefined
    : slimTagOf('node', base!.tag);
  const fixed = base!.variable !== undefined || base!.reference.digest !== undefined;
  const image =
    slim === undefined || 'reason' in slim || fixed
      ? stage.base
      : `${base!.reference.text.slice(0, base!.reference.spans.name.end)}:${slim.tag}`;
  return plan({
    image,
    what: `ship ${server} and ${folder} on ${image}, and leave packages and sources in a build stage`,
    places,
    copies: [{ from: folder, to: folder }],
    manager: base!.tag.includes('alpine') ? 'apk' : 'apt',
    level: base!.tag.includes('alpine') ? 'unsafe' : 'review',
    evidence: [
      { fact: `${server} serves ${folder} and reads nothing else`, span: command.at!.span },
      { fact: 'no file of the build context lies in the folder, so that the build makes all of it' },
      ...(base!.tag.includes('alpine') ? [{ fact: 'no real build has shown this road on Alpine' }] : []),
    ],
  });
}

/** The packages that a step installs for all users; undefined for other commands. */
function installed({ invocation: { tool, args } }: Step): readonly string[] | undefined {
  const words = args.map(({ value }) => value ?? '');
  if (!INSTALLERS.test(tool ?? '') || !words.some((word) => /^(?:-g|--global|global)$/.test(word))) return undefined;
  return words
    .filter((word) => !/^(?:-|i$|install$|add$|global$)/.test(word))
    .map((word) => word.replace(/(?<=.)@[^/]{0,214}$/, ''));
}

function isClean({ invocation: { tool, subcommand } }: Step): boolean {
  return INSTALLERS.test(tool ?? '') && /^(?:cache clean|cache clear|config|config set)$/.test(subcommand);
}

/** The folder that a server is given, or why it is not known. */
function servedFolder({ command }: Subject, { args }: Invocation, server: string): string | Declined {
  const at = command.at!;
  const words = args.map(({ value }) => value);
  const folders: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) return declined(`what ${server} is given is no literal text`, at);
    if (!word.startsWith('-')) folders.push(word);
    else if (SERVERS[server]!.test(word)) i += words[i + 1] === undefined || words[i + 1]!.startsWith('-') ? 0 : 1;
    else if (!FLAGS[server]!.test(word) && !/^-{1,2}(?:l|listen|p|port)=?\d*$/.test(word))
      return declined(`${server} is given ${word}, which may name files`, at);
  }
  if (command.workdir === undefined || folders.length > 1)
    return declined(`which folder ${server} serves is not known`, at);
  const [folder] = folders;
  return joinPath(command.workdir, folder ?? '.');
}
