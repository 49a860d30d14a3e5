import { joinPath } from '../../../src/facts/index.js';
import type { Step } from '../types.js';
import type { Application, RuntimeKind, Sdk } from './dotnet-runtime.js';

/** Where a dotnet publish puts what ships; undefined where it is not named by a path that is known. */
export function outputOf(
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
export function kindOf(
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
