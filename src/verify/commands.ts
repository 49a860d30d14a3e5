/** Container engines that verify can drive. */
export type EngineName = 'buildx' | 'docker' | 'podman' | 'buildah';
export const ENGINE_NAMES: readonly EngineName[] = ['buildx', 'docker', 'podman', 'buildah'];

/** What the user passes on to every build. */
export interface BuildOptions {
  readonly platform: string | undefined;
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly network: string | undefined;
  readonly builder: string | undefined;
}

export interface BuildCommand extends BuildOptions {
  readonly dockerfile: string;
  /** The ignore file for engines that do not find the one beside the Dockerfile. */
  readonly ignoreFile: string | undefined;
  readonly context: string;
  readonly tag: string;
  readonly noCache: boolean;
}

/** The program that runs containers and looks into images. */
export function runner(engine: EngineName): string {
  return engine === 'podman' || engine === 'buildah' ? 'podman' : 'docker';
}

/** The command line of a build; no shell reads it. */
export function buildCommand(engine: EngineName, build: BuildCommand): readonly string[] {
  const isDocker = engine === 'buildx' || engine === 'docker';
  return [
    ...(engine === 'buildx' ? ['docker', 'buildx', 'build'] : [engine, 'build']),
    ...(isDocker ? ['--progress=plain'] : []),
    ...(engine === 'buildx' ? ['--load', '--provenance=false'] : []),
    ...(engine === 'buildx' && build.builder !== undefined ? [`--builder=${build.builder}`] : []),
    ...(!isDocker ? ['--layers', '--force-rm', '--format=docker'] : []),
    ...(!isDocker && build.ignoreFile !== undefined ? [`--ignorefile=${build.ignoreFile}`] : []),
    ...(build.noCache ? ['--no-cache'] : []),
    ...(build.platform === undefined ? [] : [`--platform=${build.platform}`]),
    ...(build.target === undefined ? [] : [`--target=${build.target}`]),
    ...(build.network === undefined ? [] : [`--network=${build.network}`]),
    ...Object.entries(build.buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...build.secrets.map((secret) => `--secret=${secret}`),
    '-t',
    build.tag,
    '-f',
    build.dockerfile,
    build.context,
  ];
}

/** A container of an image: with its own command, or with another one. */
export interface ContainerCommand {
  readonly image: string;
  readonly name: string;
  readonly platform: string | undefined;
  /** Undefined: the declared command. */
  readonly command: readonly string[] | undefined;
}

/** Makes a container that can reach no network, with limits, and with only what entry points use to change user. */
export function createCommand(
  engine: EngineName,
  { image, name, platform, command }: ContainerCommand,
): readonly string[] {
  return [
    runner(engine),
    'create',
    `--name=${name}`,
    '--hostname=dfix-verify',
    '--network=none',
    '--memory=1g',
    '--pids-limit=512',
    '--cap-drop=ALL',
    ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'KILL', 'NET_BIND_SERVICE'].map(
      (one) => `--cap-add=${one}`,
    ),
    '--security-opt=no-new-privileges',
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...(command === undefined ? [] : [`--entrypoint=${command[0] ?? ''}`]),
    image,
    ...(command?.slice(1) ?? []),
  ];
}

/** Prints each layer of an image with its size in bytes, newest first. */
export function historyCommand(engine: EngineName, image: string): readonly string[] {
  const format = '{{.Size}}\t{{.CreatedBy}}';
  return [runner(engine), 'history', '--human=false', '--no-trunc', '--format', format, image];
}

/** Makes a container that is never started, for its files. */
export function exportCommands(engine: EngineName, image: string, name: string): readonly (readonly string[])[] {
  const program = runner(engine);
  return [
    [program, 'create', `--name=${name}`, '--network=none', image, 'dfix-verify'],
    program === 'podman' ? throughPipe([program, 'export', name]) : [program, 'export', name],
    [program, 'rm', '-f', '-v', name],
  ];
}

/**
 * Podman opens `/dev/stdout`, which may be a pipe but not a socket, as Node's are. The command's words are no text of the
 * script; where it fails, the shell ends with a signal.
 */
function throughPipe(words: readonly string[]): readonly string[] {
  return ['sh', '-c', '{ "$@" || kill $$; } | cat', 'sh', ...words];
}

/** A smoke command as words: through `sh` only where it asks for a shell. */
export function smokeWords(command: string): readonly string[] {
  return /[^\w\s./:=@%+,-]/.test(command) ? ['sh', '-c', command] : command.trim().split(/\s+/);
}

/** A command line for people to read and repeat. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
