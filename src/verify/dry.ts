import {
  buildCommand,
  type BuildOptions,
  commandText,
  createCommand,
  type EngineName,
  exportCommands,
  historyCommand,
  runner,
  smokeWords,
} from './commands.js';

/** The commands of a proof that passes at once, with names in the place of those that only a run knows. */
export function dryCommands(
  engine: EngineName,
  options: BuildOptions & { readonly context: string },
  smokes: readonly string[],
): readonly string[] {
  const program = runner(engine);
  // Values may be secret.
  const buildArgs = Object.fromEntries(Object.keys(options.buildArgs).map((name) => [name, '***']));
  const build = (side: string, round: string, noCache: boolean, context = options.context): string =>
    commandText(
      buildCommand(engine, {
        ...options,
        buildArgs,
        dockerfile: `TEMPORARY/${side}/Dockerfile`,
        ignoreFile: `TEMPORARY/${side}/Dockerfile.dockerignore`,
        context,
        tag: `dfix-verify:${side}-${round}`,
        noCache,
      }),
    );
  const look = (tag: string): readonly string[] => [
    commandText([program, 'image', 'inspect', tag]),
    ...exportCommands(engine, tag, 'CONTAINER').map(commandText),
    commandText(historyCommand(engine, tag)),
    ...[undefined, ...smokes].flatMap((smoke) => [
      commandText(
        createCommand(engine, {
          image: tag,
          name: 'CONTAINER',
          platform: options.platform,
          command: smoke === undefined ? undefined : smokeWords(smoke),
        }),
      ),
      `${program} start CONTAINER`,
      `${program} inspect --format '{{.State.Status}} {{.State.ExitCode}}' CONTAINER`,
      `${program} logs CONTAINER`,
      `${program} rm -f -v CONTAINER`,
    ]),
  ];
  const sides = ['before', 'again', 'after'].flatMap((side) => [
    build(side, 'cold', true),
    ...look(`dfix-verify:${side}-cold`),
  ]);
  const times = ['warm', 'source', 'manifest'].flatMap((round) =>
    ['before', 'after'].map((side) =>
      build(side, round, false, round === 'warm' ? options.context : 'TEMPORARY/context'),
    ),
  );
  return [...sides, ...times, `${program} image rm -f dfix-verify:before-cold …`];
}
