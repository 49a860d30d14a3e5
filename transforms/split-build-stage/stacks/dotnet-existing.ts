import { declined, type Declined, type RuntimeBase, type Subject } from '../types.js';
import { kindOf } from './dotnet-publish.js';
import { dotnetReading } from './dotnet-reading.js';
import { applicationOf, sdkOf } from './dotnet-runtime.js';
import { DOTNET_VARIABLES, globalizationOf, portsOf } from './dotnet-variables.js';
import { TESTS } from './reads.js';
import { baseName, startCommand } from './start.js';

/** The runtime image for a stage that starts what earlier ones published. */
export function dotnetRuntimeOf(final: Subject, earlier: readonly Subject[]): RuntimeBase | Declined | undefined {
  const sdk = sdkOf(final);
  if (sdk === undefined) return undefined;
  const { command, stage, project, steps } = final;
  const publish = earlier
    .flatMap((one) => one.steps)
    .find(({ invocation: { tool, subcommand } }) => tool === 'dotnet' && subcommand === 'publish');
  if (publish === undefined || steps.some(({ invocation: { tool } }) => tool === 'dotnet')) return undefined;
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
    if (!dotnetReading.sources.test(path) || TESTS.test(path)) continue;
    const forbidden = dotnetReading.forbidden.find(([pattern]) => pattern.test(project.context.read(path) ?? ''));
    if (forbidden !== undefined) return declined(`${path} ${forbidden[1]}`, stage.from);
  }
  return {
    image: sdk.runtime(kind),
    level: 'unsafe',
    sameCommands: false,
    variables: portsOf(final, application, sdk),
    sets: DOTNET_VARIABLES,
    evidence: [
      `${word} is what ${application.assembly.path} makes`,
      'no source of the build context starts programs or calls native libraries',
    ],
  };
}
