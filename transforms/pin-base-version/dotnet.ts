import type { ProjectFacts } from '../../src/project/project.js';
import type { Pin } from './pins.js';

/** Versions whose `major.minor` tags Microsoft publishes for its .NET images; of these there is no table of tags. */
const published: ReadonlySet<string> = new Set(['5.0', '6.0', '7.0', '8.0', '9.0', '10.0']);

export const dotnetImages = /^mcr\.microsoft\.com\/dotnet\/(?:sdk|aspnet|runtime|runtime-deps)$/;

/** The .NET version that a project's target frameworks name, where they name one and global.json does not say otherwise. */
export function dotnetPin(project: ProjectFacts): Pin {
  const facts = project.dotnet.flatMap(({ versions }) => versions);
  const frameworks = facts.filter(({ from }) => !from.endsWith('sdk.version'));
  const sdk = facts.find(({ from }) => from.endsWith('sdk.version'));
  const versions = new Set(frameworks.flatMap(({ value }) => /^net(\d+\.\d+)(?:-\w+)?$/.exec(value)?.[1] ?? []));
  const [version] = versions;
  if (version === undefined) return { reason: 'no project file names a target framework such as net8.0' };
  if (versions.size > 1)
    return { reason: `the project files name several target frameworks: ${[...versions].sort().join(', ')}` };
  if (!published.has(version)) return { reason: `whether there is an image for .NET ${version} is not known` };
  if (sdk !== undefined && !sdk.value.startsWith(`${version}.`))
    return { reason: `${sdk.from} says ${sdk.value}, and the target framework is ${version}` };
  if (sdk !== undefined)
    return { reason: `${sdk.from} says ${sdk.value}, and whether there is an image with that very SDK is not known` };
  const { from, value } = frameworks[0]!;
  return { version, from, note: `${from} targets ${value}` };
}
