import type { Prepare } from '../../src/cache-mounts/index.js';
import { toSource } from '../../src/dockerfile/index.js';
import type { State } from '../../src/facts/index.js';

type Generation = 'yum' | 'dnf' | 'dnf5';

/** Which program answers to `yum` and `dnf` in an image: the folder of its cache depends on it. */
function generation({ image }: State, reference: string): Generation | undefined {
  const release = Number(/^\d+/.exec(image.release ?? '')?.[0] ?? Number.NaN);
  switch (image.distribution) {
    case 'fedora':
      // Without a number or a digest it is the newest one.
      if (Number.isNaN(release)) return reference.includes('@') ? undefined : 'dnf5';
      return release >= 41 ? 'dnf5' : release >= 22 ? 'dnf' : 'yum';
    case 'amazonlinux':
      return release >= 2023 ? 'dnf' : release <= 2018 ? 'yum' : undefined;
    case 'centos':
    case 'rhel':
    case 'ubi':
    case 'oraclelinux':
      return Number.isNaN(release) ? undefined : release >= 8 ? 'dnf' : 'yum';
    case 'rockylinux':
    case 'rocky':
    case 'almalinux':
      return 'dnf';
    default:
      return undefined;
  }
}

/** dnf and yum throw packages away unless they are told to keep them. */
export const prepareRpm =
  (own: Generation): Prepare =>
  ({ run, uses }, facts) => {
    const answers = generation(run.state, facts.rootImage(run.stage) ?? '@');
    if (answers !== undefined && answers !== own) return undefined;
    if (answers === undefined) {
      const tool = uses[0]!.invocation.tool;
      const natural = tool === 'yum' ? 'yum' : tool === 'dnf5' ? 'dnf5' : 'dnf';
      return natural === own
        ? 'the base image does not tell which yum or dnf it has, and so not where the cache is'
        : undefined;
    }
    const { script } = run;
    if (script === undefined) return 'JSON form is not edited';
    const settings = uses.flatMap(({ invocation }) => invocation.args.map(({ text }) => text)).join(' ');
    if (/\bcachedir\b/.test(settings)) return `${own} keeps its cache in another folder`;
    if (/\bkeepcache=(0|false|no)\b/i.test(settings)) return `${own} is told to keep no packages`;
    const extra = uses.flatMap(({ invocation }) => {
      if (invocation.options.some(({ value, name }) => `${name} ${value ?? ''}`.includes('keepcache'))) return [];
      const subcommand = invocation.args.find(
        ({ value }) => value !== undefined && invocation.subcommand.startsWith(value),
      );
      if (subcommand === undefined) return [];
      const end = toSource(script.source, subcommand.span.end - 1) + 1;
      return [{ span: { start: end, end }, text: ' --setopt=keepcache=1' }];
    });
    return { extra };
  };

/** zypper keeps packages only for repositories that say so. */
export const prepareZypper: Prepare = ({ run }) => {
  if (run.script === undefined) return 'JSON form is not edited';
  if (run.uses.some(({ invocation }) => invocation.args.some(({ value }) => value === '--keep-packages'))) return {};
  return {
    wrapping: {
      before: 'zypper --non-interactive modifyrepo --all --keep-packages',
      after: 'zypper --non-interactive modifyrepo --all --no-keep-packages',
      why: 'zypper throws packages away unless the repository keeps them',
    },
  };
};
