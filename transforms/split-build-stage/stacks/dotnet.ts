import { isRoot, joinPath } from '../../../src/facts/index.js';
import {
  type Answer,
  declined,
  type Declined,
  plan,
  type RuntimeBase,
  type Stack,
  type Step,
  type Subject,
} from '../types.js';
import { guardProgram, inOrder, redirects } from './binary.js';
import { carriedPackages } from './carried-packages.js';
import { type Application, applicationOf, type RuntimeKind, type Sdk, sdkOf } from './dotnet-runtime.js';
import { baseName, startCommand } from './java-start.js';
import { literalReads, type Reading, TESTS } from './reads.js';

/** Variables that the SDK reads and an application does not. */
const BUILD_VARIABLES: ReadonlySet<string> = new Set(
  'NUGET_PACKAGES NUGET_XMLDOC_MODE DOTNET_CLI_TELEMETRY_OPTOUT DOTNET_SKIP_FIRST_TIME_EXPERIENCE DOTNET_NOLOGO DOTNET_CLI_HOME MSBUILDDISABLENODEREUSE DEBIAN_FRONTEND'.split(
    ' ',
  ),
);
/** Commands that leave nothing which an application would read. */
const HARMLESS = /^(?:apt|apt-get|apk|cd|ls|echo|rm|true|set|export|pwd|cat|test|\[|:|mkdir|)$/;
const BUILDING = /^(?:restore|build|publish|test|clean|pack|nuget \w+|--info|--version|tool install|tool restore)$/;
const BUILD_PACKAGES = /^(?:git|unzip|zip|nodejs|npm|vim|nano|less|clang|zlib1g-dev)$/;

const READING: Reading = {
  sources: /\.(?:cs|fs|vb|cshtml|razor)$/,
  settings: /(?:^|\/)appsettings[\w.-]*\.json$/,
  noData:
    /\.(?:cs|fs|vb|cshtml|razor|resx|csproj|fsproj|vbproj|sln|slnx|slnf|props|targets|ruleset|md|txt|sh|ps1|cmd|bat|user|DotSettings|pubxml|service)$|(?:^|\/)(?:appsettings[\w.-]*\.json|launchSettings\.json|global\.json|nuget\.config|packages\.lock\.json|package(?:-lock)?\.json|\.editorconfig|\.git(?:ignore|attributes)|\.dockerignore|LICENSE[^/]*|[Dd]ockerfile[^/]*|.*\.[Dd]ockerfile|(?:docker-)?compose[^/]*|\.travis\.yml|\.gitlab-ci\.yml|azure-pipelines[^/]*|dotnet-tools\.json|Makefile|Procfile|Jenkinsfile|renovate\.json)$|(?:^|\/)(?:\.git|\.github|\.vscode|\.vs|\.idea|docs?|bin|obj|Properties|wwwroot|tests?)\//i,
  opens:
    /\bFile\.(?:Open\w*|Read\w*|Exists|AppendAll\w*)\s*\(|\bnew\s+(?:FileStream|StreamReader|FileInfo|DirectoryInfo|PhysicalFileProvider)\s*\(|\bDirectory\.(?:Get|Enumerate)\w*\s*\(/,
  forbidden: [
    [/\bProcess\.Start\b|\bProcessStartInfo\b/, 'starts other programs, which the new base may lack'],
    [
      /\[(?:DllImport|LibraryImport)\s*\(\s*"(?!(?:libc|kernel32|user32|advapi32|ntdll|shell32)\b)/,
      'calls a native library',
    ],
  ],
  looksFor: /^(?:appsettings[\w.-]*\.json|wwwroot\/.*|\.env)$/,
};

export const dotnet: Stack = {
  name: 'dotnet',
  plan: (subject) => {
    const { command, stage, steps, project } = subject;
    const sdk = sdkOf(subject);
    if (sdk === undefined || command.at === undefined) return undefined;
    const start = startCommand(subject);
    const at = command.at;
    const runs = start?.tool === 'dotnet' && /^(?:run|watch|test|build|ef|exec)\b/.test(start.args[0]?.value ?? '');
    if (runs) return declined('the container builds the program when it starts', at);
    const builds = steps.filter(
      ({ invocation: { tool, subcommand } }) => tool === 'dotnet' && /^(?:build|publish)$/.test(subcommand),
    );
    if (builds.length === 0) return undefined;
    if (subject.opaque !== undefined) return subject.opaque;
    if (start === undefined || start.wrappers.length > 0)
      return declined('the command needs a shell or another program, and what it starts is not read', at);
    if ('reason' in sdk) return declined(sdk.reason, stage.from);
    if (project === undefined)
      return declined('without its build context it is not known what the program is and reads', stage.from);
    if (!subject.filesComplete) return declined('what COPY or ADD brings is not known in full', stage.from);
    const byHost = start.tool === 'dotnet';
    const word = byHost ? start.args[0]?.value : start.tool;
    if (word === undefined || !(byHost ? word.endsWith('.dll') : word.includes('/')))
      return declined('what the container starts is nothing that dotnet publish makes', at);
    return planOf(
      subject,
      sdk,
      joinPath(command.workdir ?? '/', word),
      start.args.flatMap(({ value }) => value ?? []),
    );
  },
};

function planOf(subject: Subject, sdk: Sdk, program: string, words: readonly string[]): Answer {
  const { command, stage, steps, facts, project } = subject;
  const at = command.at!;
  const folder = program.slice(0, program.lastIndexOf('/'));
  const publish = steps.find((step) => outputOf(step, sdk) === folder);
  if (publish === undefined || folder === '')
    return declined(`${program} does not lie where dotnet publish puts what ships`, at);
  const other = steps.find(({ invocation: { tool, subcommand } }) =>
    tool === 'dotnet' ? !BUILDING.test(subcommand) : !HARMLESS.test(tool ?? '?'),
  );
  const writer = other ?? steps.find(redirects);
  if (writer !== undefined)
    return declined(
      `RUN at line ${writer.instruction.lines.first} runs ${writer.invocation.tool ?? 'a program'}, and what it leaves may be read`,
      writer.instruction,
    );
  if ([...subject.files.keys()].some((path) => path.startsWith(`${folder}/`)))
    return declined(`${folder} holds files of the build context beside what dotnet publish makes`, publish.instruction);
  const name = baseName(program).replace(/\.dll$/, '');
  const application = applicationOf(project!, name);
  if (application === undefined) return declined(`no project of the build context is known to make ${name}`, at);
  const kind = kindOf(application, publish, sdk, program.endsWith('.dll'));
  if (typeof kind === 'object') return declined(kind.reason, publish.instruction);
  if (isRoot(facts.atEnd(stage)) === undefined) return declined('which user runs the program is not known', stage.from);
  const guarded = guardProgram(subject, program);
  if ('reason' in guarded) return guarded;
  const reads = literalReads(subject, READING, words, publish.cwd);
  if ('reason' in reads) return reads;
  const carried = carriedPackages(subject, guarded, BUILD_PACKAGES, true);
  if ('reason' in carried) return carried;
  const globalization = globalizationOf(subject, application, sdk);
  const image = sdk.runtime(kind);
  return plan({
    image,
    what: `ship ${name} on ${image} and leave the .NET SDK in a build stage`,
    copies: [{ from: folder, to: folder }, ...reads.copies],
    packages: inOrder([
      ...carried,
      ...globalization.packages.map((one) => ({ name: one, why: 'texts are compared by culture' })),
    ]),
    manager: sdk.alpine ? 'apk' : 'apt',
    buildVariables: BUILD_VARIABLES,
    variables: new Map([...globalization.variables, ...portsOf(subject, application, sdk)]),
    level: 'unsafe',
    evidence: [
      { fact: `${program} is what dotnet publish makes of ${application.assembly.path}`, span: at.span },
      { fact: `${image} is the same version on the same system, and no real build has shown this stack` },
      ...reads.evidence,
    ],
    announces: [
      {
        kind: 'files',
        effect: 'removed',
        paths: ['/**'],
        why: 'the image is built on a base without the SDK and holds what was published, without its sources',
      },
      { kind: 'config', field: 'Env', why: 'the variables of the SDK are gone, and the new base has its own' },
    ],
  });
}

/** Where a dotnet publish puts what ships; undefined where it is not named by a path that is known. */
function outputOf(
  { invocation, cwd, text }: Step,
  { version, major }: Pick<Sdk, 'version' | 'major'>,
): string | undefined {
  if (invocation.tool !== 'dotnet' || invocation.subcommand !== 'publish' || cwd === undefined) return undefined;
  const option = (...names: readonly string[]) => {
    const found = invocation.options.find(({ name }) => names.includes(name));
    return found === undefined
      ? undefined
      : found.valueWord === undefined
        ? (found.value ?? '')
        : text(found.valueWord);
  };
  const [operand] = invocation.operands;
  const elsewhere = operand !== undefined && /\//.test(operand.text.replace(/^\.\/|\/$/, ''));
  if (invocation.options.some(({ name }) => name === '-o' || name === '--output')) {
    const value = option('-o', '--output');
    // Until .NET Core 2 a relative path counted from the project's folder.
    return value === undefined || value === '' || (elsewhere && !value.startsWith('/'))
      ? undefined
      : joinPath(cwd, value);
  }
  if (elsewhere || invocation.args.some(({ text: word }) => /^(?:-r|--runtime|--os|-a|--arch|[-/]p:.*)$/.test(word)))
    return undefined;
  const configuration = option('-c', '--configuration') ?? (major >= 8 ? 'Release' : 'Debug');
  const framework = major >= 5 ? `net${version}` : `netcoreapp${version}`;
  return joinPath(cwd, `bin/${configuration}/${framework}/publish`);
}

/** The image that a published application needs, or why it is not known. */
function kindOf(
  { assembly, kind, settings }: Application,
  { invocation }: Step,
  sdk: Sdk,
  byHost: boolean,
): RuntimeKind | { readonly reason: string } {
  const words = invocation.args.map(({ text }) => text).join(' ');
  const says = (property: string, value = 'true'): boolean =>
    settings.some((text) => new RegExp(`<${property}>\\s*${value}\\s*<`, 'i').test(text)) ||
    new RegExp(`[-/]p(?:roperty)?:${property}=${value}`, 'i').test(words);
  const foreign = /(?:^| )(?:-r|--runtime|--os|-a|--arch)[ =]?(\S*)/.exec(words)?.[1];
  if (foreign !== undefined && !/^(?:linux(?:-musl)?-(?:x64|arm64)|linux|x64|arm64)$/.test(foreign))
    return { reason: 'the program is published for a system that is not told apart' };
  const frameworks = assembly.targetFrameworks.length > 0 ? assembly.targetFrameworks : undefined;
  const wanted = [`net${sdk.version}`, `netcoreapp${sdk.version}`];
  const matches =
    frameworks?.some((one) => wanted.includes(one)) ??
    settings.some((text) => wanted.some((one) => text.includes(`<TargetFramework>${one}<`)));
  if (!matches)
    return { reason: `${assembly.path} is not known to be built for .NET ${sdk.version}, the version of the SDK` };
  const apart = /--no-self-contained|--self-contained[ =]false/.test(words) || says('SelfContained', 'false');
  const own =
    says('PublishAot') ||
    says('SelfContained') ||
    /--self-contained(?![ =]false)|--sc\b/.test(words) ||
    (foreign !== undefined && sdk.major < 6 && !apart);
  if (!own) return kind;
  return byHost
    ? { reason: 'the program brings its own .NET, and the command starts it with the one of the image' }
    : 'runtime-deps';
}

/** On Alpine the SDK knows cultures and the runtime images do not: what brings them where the project needs them. */
function globalizationOf(
  { facts, stage }: Subject,
  { assembly, settings }: Application,
  { alpine, major }: Sdk,
): { readonly packages: readonly string[]; readonly variables: ReadonlyMap<string, string> } {
  const name = 'DOTNET_SYSTEM_GLOBALIZATION_INVARIANT';
  const own = facts.atEnd(stage).env.get(name);
  const invariant =
    assembly.invariantGlobalization ||
    settings.some((text) => /<InvariantGlobalization>\s*true/i.test(text)) ||
    (own?.from !== undefined && own.value !== 'false');
  if (!alpine || invariant) return { packages: [], variables: new Map() };
  return {
    packages: ['icu-libs', ...(major >= 6 ? ['icu-data-full'] : []), ...(major >= 8 ? ['tzdata'] : [])],
    variables: new Map(own?.from === undefined ? [[name, 'false']] : []),
  };
}

/** The images that run .NET set the address to listen on, which those of the SDK leave to the application. */
function portsOf({ stage, facts }: Subject, { kind }: Application, { major }: Sdk): ReadonlyMap<string, string> {
  const { env } = facts.atEnd(stage);
  const set = ['ASPNETCORE_URLS', 'ASPNETCORE_HTTP_PORTS', 'URLS'].some((name) => env.get(name)?.from !== undefined);
  return set || kind !== 'aspnet'
    ? new Map()
    : new Map([[major >= 8 ? 'ASPNETCORE_HTTP_PORTS' : 'ASPNETCORE_URLS', '']]);
}

/** The runtime image for a stage that starts what earlier ones published. */
export function dotnetRuntimeOf(final: Subject, earlier: readonly Subject[]): RuntimeBase | Declined | undefined {
  const { command, stage, project, steps } = final;
  const sdk = sdkOf(final);
  const publish = earlier
    .flatMap((one) => one.steps)
    .find(({ invocation: { tool, subcommand } }) => tool === 'dotnet' && subcommand === 'publish');
  if (sdk === undefined || publish === undefined || steps.some(({ invocation: { tool } }) => tool === 'dotnet'))
    return undefined;
  const start = startCommand(final);
  const word = start?.tool === 'dotnet' && start.wrappers.length === 0 ? start.args[0]?.value : undefined;
  const at = command.at ?? stage.from;
  if (word === undefined || !word.endsWith('.dll'))
    return declined('what the container starts is nothing that dotnet publish makes', at);
  if ('reason' in sdk) return declined(sdk.reason, stage.from);
  if (project === undefined)
    return declined('without its build context it is not known what the program is', stage.from);
  const name = baseName(word).replace(/\.dll$/, '');
  const application = applicationOf(project, name);
  if (application === undefined) return declined(`no project of the build context is known to make ${name}`, at);
  const kind = kindOf(application, publish, sdk, true);
  if (typeof kind === 'object') return declined(kind.reason, publish.instruction);
  const cultures = globalizationOf(final, application, sdk);
  if (cultures.packages.length > 0)
    return declined('texts are compared by culture, which the new base does not know', at);
  for (const path of project.context.paths) {
    if (!READING.sources.test(path) || TESTS.test(path)) continue;
    const forbidden = READING.forbidden.find(([pattern]) => pattern.test(project.context.read(path) ?? ''));
    if (forbidden !== undefined) return declined(`${path} ${forbidden[1]}`, stage.from);
  }
  return {
    image: sdk.runtime(kind),
    level: 'unsafe',
    variables: portsOf(final, application, sdk),
    evidence: [
      `${word} is what ${application.assembly.path} makes`,
      'no source of the build context starts programs or calls native libraries',
    ],
  };
}
