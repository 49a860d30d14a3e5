import type { Subject } from '../types.js';
import type { Application, Sdk } from './dotnet-runtime.js';

/** Variables that the SDK's images and those that run .NET set, each to its own values. */
export const DOTNET_VARIABLES: readonly string[] =
  'APP_UID ASPNETCORE_HTTP_PORTS ASPNETCORE_URLS ASPNET_VERSION DOTNET_GENERATE_ASPNET_CERTIFICATE DOTNET_NOLOGO DOTNET_SDK_VERSION DOTNET_SYSTEM_GLOBALIZATION_INVARIANT DOTNET_USE_POLLING_FILE_WATCHER DOTNET_VERSION NUGET_XMLDOC_MODE POWERSHELL_DISTRIBUTION_CHANNEL'.split(
    ' ',
  );

/** On Alpine the SDK knows cultures and the runtime images do not: what brings them where the project needs them. */
export function globalizationOf(
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
export function portsOf({ stage, facts }: Subject, { web }: Application, { major }: Sdk): ReadonlyMap<string, string> {
  const { env } = facts.atEnd(stage);
  const set = ['ASPNETCORE_URLS', 'ASPNETCORE_HTTP_PORTS', 'URLS'].some((name) => env.get(name)?.from !== undefined);
  return set || !web ? new Map() : new Map([[major >= 8 ? 'ASPNETCORE_HTTP_PORTS' : 'ASPNETCORE_URLS', '']]);
}
