import { type Dockerfile, mountsOf, toSource } from '../../src/dockerfile/index.js';
import type { Prepare, Run } from '../../src/cache-mounts/index.js';
import { onceFor } from '../../src/once.js';

const REFRESH = new Set(['-U', '--update-cache', '--update']);

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
  const install = uses.findIndex(
    ({ invocation }) => invocation.subcommand === 'add' || invocation.subcommand === 'upgrade',
  );
  const refreshed = uses
    .slice(0, install + 1)
    .some(
      ({ invocation }) =>
        invocation.subcommand === 'update' || invocation.options.some(({ name }) => REFRESH.has(name)),
    );
  if (install < 0 || refreshed) return { wrapping };
  const { invocation } = uses[install]!;
  const disabling = invocation.options.find(({ name }) => name === '--no-cache');
  const subcommand = invocation.args.find(({ value }) => value === invocation.subcommand)!;
  const word = disabling?.word ?? subcommand;
  const start = toSource(script.source, word.span.start);
  const end = toSource(script.source, word.span.end - 1) + 1;
  return {
    wrapping,
    extra: [
      disabling === undefined ? { span: { start: end, end }, text: ' -U' } : { span: { start, end }, text: '-U' },
    ],
  };
};

/** Whether any step of a tree of stages names apk's folder of packages. */
const isSetUp = onceFor((tree: readonly Run[], file: Dockerfile) =>
  tree.some(
    ({ instruction }) =>
      mountsOf(instruction).some(({ target }) => target?.startsWith('/etc/apk/cache')) ||
      file.slice(instruction.span).includes('/etc/apk/cache'),
  ),
);
