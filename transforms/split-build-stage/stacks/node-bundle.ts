import { isWithin, joinPath } from '../../../src/facts/index.js';
import { argumentText } from '../../../src/dockerfile/index.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import type { Start } from '../../../src/runtime/index.js';
import { effectOf } from '../file-steps.js';
import type { Step, Subject } from '../types.js';
import { followed, writesBelow } from './node-output.js';

/** What a framework's build makes for Node and holds its dependencies, so that the rest of the project stays behind. */
interface Bundle {
  /** Absolute paths: the folder that the build makes, and what Node reads beside it. */
  readonly paths: readonly string[];
  /** Whether the program reads the other dependencies from node_modules. */
  readonly modules: boolean;
  /** `unsafe` where no real build has shown it. */
  readonly level: 'review' | 'unsafe';
  readonly facts: readonly string[];
}

interface Known {
  /** Below the folder that the framework's settings name. */
  readonly folder: string;
  /** What Node is given, below that folder. */
  readonly entries: readonly string[];
  /** Dependencies whose code is in the folder. */
  readonly holds: 'every dependency' | 'development dependencies';
  readonly level: Bundle['level'];
  /** Commands that write nothing else which the program reads. */
  readonly builds: RegExp;
}

const KNOWN: Readonly<Record<string, Known>> = {
  nuxt: {
    folder: '',
    entries: ['server/index.mjs'],
    holds: 'every dependency',
    level: 'review',
    builds: /^(?:nuxt|nuxi) (?:build|prepare)$/,
  },
  next: {
    folder: 'standalone',
    entries: ['server.js'],
    holds: 'every dependency',
    level: 'unsafe',
    builds: /^next (?:build|lint|telemetry disable)$/,
  },
  sveltekit: {
    folder: '',
    entries: ['', 'index.js'],
    holds: 'development dependencies',
    level: 'review',
    builds: /^(?:vite build|svelte-kit (?:sync|build)|svelte-check(?: .*)?)$/,
  },
  astro: {
    folder: '',
    entries: ['server/entry.mjs'],
    holds: 'development dependencies',
    level: 'review',
    builds: /^(?:astro (?:build(?: --(?:silent|verbose|force|mode \w+))*|check(?: .*)?|sync)|tsc --noEmit)$/,
  },
};

const SOURCES = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx?)$/;
const NO_PROGRAM = /(?:^|\/)[\w.-]+\.config\.\w+$|(?:^|\/)(?:tests?|__tests__|e2e|cypress)\/|\.(?:test|spec)\.\w+$/;
/** Code that may read files of the working directory, or of its own folder before it was bundled. */
const READS =
  /['"](?:node:)?(?:fs|fs\/promises|fs-extra|graceful-fs|child_process)['"]|\breadFile|\breaddir|createReadStream|process\.cwd|import\.meta\.dirname|\b__dirname\b|\buseStorage\s*\(|\bcreateRequire\b/;
/** Packages that do so themselves. */
const READERS =
  /^(?:@?prisma|@prisma\/.*|next-i18next|i18next-fs-backend|better-sqlite3|sqlite3?|@libsql\/client|@nuxt\/content|config|dotenv.*|rc|cosmiconfig|convict|knex|typeorm|sequelize|@mikro-orm\/.*|email-templates|nodemailer-.*|ejs|pug|hbs|handlebars|nunjucks|gray-matter|next-mdx-remote|pino-pretty|winston-daily-rotate-file|onnxruntime-node|geoip-lite|maxmind)$/;
const SETTINGS = /\b(?:NITRO_\w+|SERVER_PRESET|NEXT_\w*DIST\w*)\b/;

/** The folder that ships, where the framework of a project is known to put all that its program needs into it. */
export function bundleOf(
  subject: Subject,
  project: NodeProject,
  root: string,
  { entries, packages, programs, managers }: Start,
  builds: readonly Step[],
): Bundle | undefined {
  const { files, filesComplete, stage, steps, project: all } = subject;
  const { framework, dependencies, devDependencies } = project;
  const known = framework === undefined || !Object.hasOwn(KNOWN, framework.name) ? undefined : KNOWN[framework.name];
  const [entry, more] = entries;
  if (known === undefined || framework!.kind !== 'server' || framework!.output === undefined) return undefined;
  if (entry === undefined || more !== undefined || programs.length > 0 || !filesComplete || project.folder !== '')
    return undefined;
  if (framework!.name === 'next' && !framework!.standalone) return undefined;
  const folder = joinPath(joinPath(root, framework!.output), known.folder);
  if (folder === root || !isWithin(folder, root) || !known.entries.some((name) => entry === joinPath(folder, name)))
    return undefined;
  const names = [...dependencies.keys(), ...devDependencies.keys()];
  if (names.some((name) => READERS.test(name) || (packages.has(name) && known.holds === 'every dependency')))
    return undefined;
  if (
    [...files.keys()].some((path) => isWithin(path, folder)) ||
    stage.instructions.some((one) => /^(?:ENV|ARG)$/.test(one.keyword) && SETTINGS.test(argumentText(one))) ||
    steps.some((step) => effectOf(step, root) === 'inside' && !writesBelow(step, folder))
  )
    return undefined;
  const commands = builds.map((step) => followed(step.invocation, project));
  const words = commands
    .flatMap((some) => some ?? [])
    .map(({ tool, args }) => [tool ?? '', ...args.map(({ text }) => text)]);
  const calls = words.map(([tool, ...rest]) =>
    (tool === 'npx' ? rest : [tool!.replace(/^.*\//, ''), ...rest]).join(' '),
  );
  if (commands.includes(undefined) || calls.length === 0 || !calls.every((call) => known.builds.test(call)))
    return undefined;
  for (const { context: name } of files.values()) {
    if (name === undefined || !SOURCES.test(name) || NO_PROGRAM.test(name)) continue;
    const text = all!.context.read(name);
    if (text === undefined || (READS.test(text) && !/\.mdx?$/.test(name))) return undefined;
  }
  const manifest = managers.size > 0 || known.holds !== 'every dependency' ? [joinPath(root, 'package.json')] : [];
  const modules = known.holds !== 'every dependency' && dependencies.size > 0;
  return {
    paths: [...manifest, ...(modules ? [joinPath(root, 'node_modules')] : []), folder],
    modules,
    level: known.level,
    facts: [`the build puts ${known.holds} into ${folder}, and no source reads other files`],
  };
}
