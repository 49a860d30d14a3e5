import { goMinor, type Run, type Use } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import { hasFlag } from './flags.js';

/** Programs that compile in the running container, for which a build fills the cache of the compiler. */
const COMPILES_LATER =
  /(?:^|[\s/"'[,])(?:go (?:run|build|test)|go", ?"(?:run|build|test)|air|realize|fresh|reflex|CompileDaemon|gow|modd|gin|dlv|arelo|wgo)(?=$|[\s"',\]])/;

/** Why a go command keeps its paths. */
export function keepReason(facts: Facts, run: Run, use: Use): string | undefined {
  const { invocation } = use;
  const value = (name: string): string =>
    invocation.options
      .filter((option) => option.name.replace(/^--/, '-') === name)
      .map(({ value: literal, valueWord }) => literal ?? valueWord?.text ?? '')
      .join(' ');
  if (/-trimpath/.test(value('-gcflags')) || /-trimpath/.test(value('-asmflags')))
    return 'the compiler is told which paths to leave out already';
  if (/(?:^|[\s'"=])-(?:N|l)\b/.test(value('-gcflags')))
    return 'the program is compiled for a debugger, which reads the paths';
  if (/^["']?plugin/.test(value('-buildmode')) || hasFlag(run, use, '-linkshared'))
    return 'plugins and the programs that load them have to be compiled alike';
  if (invocation.options.some(({ name }) => /^--?n$/.test(name))) return 'the command compiles nothing';
  const old = oldGo(facts, run);
  if (old !== undefined) return old;
  for (const stage of facts.heirs(run.stage)) {
    const starter = stage.instructions.find(
      ({ keyword, logical }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword) && COMPILES_LATER.test(logical.text),
    );
    if (starter !== undefined)
      return `${starter.keyword} at line ${starter.lines.first} compiles or debugs, and shares what this step leaves in the cache`;
  }
  return undefined;
}

/** -trimpath is new in Go 1.13. */
function oldGo(facts: Facts, { stage }: Run): string | undefined {
  const minor = goMinor(facts, stage);
  return minor !== undefined && minor < 13 ? `Go 1.${minor} does not know -trimpath` : undefined;
}
