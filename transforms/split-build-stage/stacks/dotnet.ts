import { isRoot, isWithin, joinPath } from '../../../src/facts/index.js';
import { type Answer, declined, plan, type Stack, type Subject } from '../types.js';
import { guardProgram, inOrder, redirects } from './binary.js';
import { carriedPackages } from './carried-packages.js';
import { kindOf, outputOf } from './dotnet-publish.js';
import { dotnetReading } from './dotnet-reading.js';
import { applicationOf, type Sdk, sdkOf } from './dotnet-runtime.js';
import { DOTNET_VARIABLES, globalizationOf, portsOf } from './dotnet-variables.js';
import { literalReads } from './reads.js';
import { baseName, startCommand } from './start.js';

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

export const dotnet: Stack = {
  name: 'dotnet',
  isFor: (subject) => sdkOf(subject) !== undefined,
  plan: (subject) => {
    const sdk = sdkOf(subject)!;
    const { command, stage, steps, project } = subject;
    if (command.at === undefined) return undefined;
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
  const reads = literalReads(subject, dotnetReading, words, publish.cwd);
  if ('reason' in reads) return reads;
  const carried = carriedPackages(subject, guarded, BUILD_PACKAGES, true);
  if ('reason' in carried) return carried;
  const globalization = globalizationOf(subject, application, sdk);
  const image = sdk.runtime(kind);
  return plan({
    image,
    what: `ship ${name} on ${image} and leave the .NET SDK in a build stage`,
    copies: [{ from: folder, to: folder }, ...reads.copies.filter(({ from }) => !isWithin(from, folder))],
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
    announces: [{ kind: 'config', field: 'Env', names: DOTNET_VARIABLES, why: 'each base sets them for its own .NET' }],
  });
}
