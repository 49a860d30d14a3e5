import { type Dockerfile, type Edit, type LogicalText, mountsOf, toSource } from '../../src/dockerfile/index.js';
import type { Prepare, Run, Use } from '../../src/cache-mounts/index.js';
import { onceFor } from '../../src/once.js';
import type { ShellScript } from '../../src/shell/index.js';

const REFRESH = new Set(['-U', '--update-cache', '--update']);
const INSTALLS = new Set(['add', 'upgrade']);
const REPOSITORY = /\/etc\/apk\/repositories|\s(-X|--repository)\b/;

/**
 * apk keeps packages only while /etc/apk/cache leads to a folder, so a link stands there for the RUN; and the index that
 * `--no-cache` fetched must be asked for with `-U`.
 */
export const prepareApk: Prepare = ({ run }, { file }, tree) => {
  if (isSetUp(tree, file)) return '/etc/apk/cache is set up by this file itself';
  const uses = run.uses.filter(({ invocation }) => invocation.tool === 'apk');
  const { script } = run;
  if (script === undefined) return 'JSON form is not edited';
  const sudo = uses[0]!.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
  const wrapping = {
    before: `${sudo}mkdir -p /etc/apk && ${sudo}ln -sfn /var/cache/apk /etc/apk/cache`,
    after: `${sudo}rm /etc/apk/cache`,
    why: 'apk keeps packages only where /etc/apk/cache leads',
  };
  return { wrapping, extra: unrefreshed(script, uses).map((use) => refreshEdit(script.source, use)) };
};

/**
 * The installs whose index may be missing or old: those up to an install or update that runs for sure, and, in a RUN that
 * adds a repository, all that said `--no-cache`.
 */
function unrefreshed(script: ShellScript, uses: readonly Use[]): readonly Use[] {
  const certain = uses.findIndex(
    ({ invocation: { command, subcommand } }) =>
      !command.conditional && (subcommand === 'update' || INSTALLS.has(subcommand)),
  );
  const adds = REPOSITORY.test(script.source.text);
  return uses.filter(
    ({ invocation: { subcommand, options } }, index) =>
      INSTALLS.has(subcommand) &&
      !options.some(({ name }) => REFRESH.has(name)) &&
      (certain < 0 || index <= certain || (adds && options.some(({ name }) => name === '--no-cache'))),
  );
}

function refreshEdit(source: LogicalText, { invocation: { args, options, subcommand } }: Use): Edit {
  const disabling = options.find(({ name }) => name === '--no-cache');
  const word = disabling?.word ?? args.find(({ value }) => value === subcommand)!;
  const start = toSource(source, word.span.start);
  const end = toSource(source, word.span.end - 1) + 1;
  return disabling === undefined ? { span: { start: end, end }, text: ' -U' } : { span: { start, end }, text: '-U' };
}

/** Whether any step of a tree of stages names apk's folder of packages. */
const isSetUp = onceFor((tree: readonly Run[], file: Dockerfile) =>
  tree.some(
    ({ instruction }) =>
      mountsOf(instruction).some(({ target }) => target?.startsWith('/etc/apk/cache')) ||
      file.slice(instruction.span).includes('/etc/apk/cache'),
  ),
);
