import { parseImageReference } from '../../../src/facts/index.js';
import type { DotnetAssembly } from '../../../src/project/manifests/dotnet.js';
import type { ProjectFacts } from '../../../src/project/project.js';
import type { Subject } from '../types.js';

/** What an application needs of the base: ASP.NET Core, .NET alone, or only the libraries of the system. */
export type RuntimeKind = 'aspnet' | 'runtime' | 'runtime-deps';

/** Microsoft's image of the .NET SDK that a stage is built on. */
export interface Sdk {
  /** `8.0` */
  readonly version: string;
  readonly major: number;
  readonly alpine: boolean;
  /** The image that runs what it builds, on the same system. */
  readonly runtime: (kind: RuntimeKind) => string;
}

const SYSTEMS =
  /^(?:-(?:alpine(?:3\.\d+)?|bionic|focal|jammy|noble|azurelinux3\.0|cbl-mariner2\.0|(?:stretch|buster|bullseye|bookworm|trixie)(?:-slim)?))?(?:-(?:amd64|arm32v7|arm64v8))?$/;
/** Packages that rest on .NET alone, whatever version. */
const PLAIN =
  /^(?:System\.|Microsoft\.Extensions\.(?!.*AspNet)|Microsoft\.(?:Data\.Sqlite|EntityFrameworkCore|NETCore\.|SourceLink)|Newtonsoft\.Json|Serilog(?!\.AspNetCore)|NLog$|Npgsql|Dapper$|StackExchange\.Redis$|Polly|CommandLineParser$|Discord\.Net|Humanizer|CsvHelper$|YamlDotNet$|RabbitMQ\.Client$|MySqlConnector$|MongoDB\.|HtmlAgilityPack$|AWSSDK\.|Docker\.DotNet|StatsdClient$|coverlet|StyleCop|Roslynator)/;

/**
 * The SDK of a stage's own FROM.
 * @returns undefined for other images, and where the tag names no version and system that a runtime image has as well
 */
export function sdkOf({
  facts,
  stage,
}: Pick<Subject, 'facts' | 'stage'>): Sdk | { readonly reason: string } | undefined {
  const text = stage.parent === undefined ? facts.rootImage(stage) : undefined;
  const reference = text === undefined ? undefined : parseImageReference(text);
  if (reference === undefined) return undefined;
  const name = reference.familiarName;
  const old = name === 'microsoft/dotnet';
  const prefix = /^(mcr\.microsoft\.com\/dotnet\/(?:core\/)?)sdk$/.exec(name)?.[1];
  if (prefix === undefined && !old) return undefined;
  const tag = reference.tag ?? 'latest';
  if (old && !/(?:^|-)sdk(?:-|$)/.test(tag)) return undefined;
  const [, version, system = ''] = /^(\d+\.\d+)(?:\.\d+(?:-\d+)?)?(?:-sdk(?=-|$))?(-.*)?$/.exec(tag) ?? [];
  if (version === undefined || !SYSTEMS.test(system))
    return { reason: `${name}:${tag} names no version and system that a runtime image has as well` };
  const major = Number(version.split('.')[0]);
  if (old && (major < 2 || version === '2.0'))
    return { reason: `${name}:${tag} is older than the runtime images that go with it` };
  const slim = system.replace(/^-(?:stretch|buster|bullseye|bookworm|trixie)(?!-slim)/, '$&-slim');
  return {
    version,
    major,
    alpine: system.startsWith('-alpine'),
    runtime: (kind) =>
      old
        ? `${name}:${version}-${kind === 'aspnet' ? 'aspnetcore-runtime' : kind}${slim}`
        : `${prefix!}${kind}:${version}${slim}`,
  };
}

/** A project of the context by the name of what it makes, with all that it references. */
export interface Application {
  readonly assembly: DotnetAssembly;
  /** ASP.NET Core where it or anything of it may need that. */
  readonly kind: 'aspnet' | 'runtime';
  /** Whether it or anything of it is known to be ASP.NET Core, not only to rest on packages that may be. */
  readonly web: boolean;
  /** Texts of the project file and of what applies to the projects around it. */
  readonly settings: readonly string[];
}

export function applicationOf({ dotnet, context }: ProjectFacts, name: string): Application | undefined {
  const all = new Map(dotnet.flatMap(({ assemblies }) => assemblies).map((one) => [one.path, one]));
  const [assembly, more] = [...all.values()].filter(
    (one) => one.assemblyName === name && one.outputType?.toLowerCase() !== 'library',
  );
  if (assembly === undefined || more !== undefined) return undefined;
  const reached = new Set([assembly.path]);
  // The set grows while it is walked.
  for (const path of reached) for (const reference of all.get(path)?.references ?? []) reached.add(reference);
  const parts = [...reached].flatMap((path) => all.get(path) ?? []);
  const props = dotnet.flatMap(({ manifests }) => manifests.filter((path) => /\.(?:props|targets)$/.test(path)));
  const settings = [...new Set([assembly.path, ...props])].map((path) => context.read(path) ?? '');
  const web = parts.some(
    ({ sdk, path }) =>
      /^Microsoft\.NET\.Sdk\.(?:Web|Razor|BlazorWebAssembly)/.test(sdk ?? '') ||
      /Microsoft\.AspNetCore/.test(context.read(path) ?? ''),
  );
  const plain = parts.every(({ packages }) => packages.every((one) => PLAIN.test(one)));
  return { assembly, kind: web || !plain ? 'aspnet' : 'runtime', web, settings };
}
