import { isApt, isMounted, reachesImage, runsOf, type Use } from '../../src/cache-mounts/index.js';
import { type Dockerfile, type Edit, type Stage, toSource } from '../../src/dockerfile/index.js';
import type { ShellScript, ShellWord } from '../../src/shell/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { type Demands, demandsOf } from './demands.js';
import { packagesBeside, weigh } from './weigh.js';

/** An install that would have to name more recommended packages than this is left to a person. */
const MOST_NAMED = 3;

export default defineTransform({
  meta: {
    name: 'skip-recommended-packages',
    summary: 'Install no packages that are only recommended',
    why: 'apt-get also installs what a package recommends, such as documentation, drivers and desktop parts; with --no-install-recommends the image holds what was asked for and what that needs.',
    phase: 'clean',
    local: true,
    looksFor: [['apt', 'apt-get']],
    level: 'unsafe',
    assumes: [
      'packages and scripts that dfix does not know get by without what is recommended beside them',
      'the program of the image does not call a command of a recommended package that the Dockerfile never names',
    ],
    needs: ['project'],
    preset: 'default',
    sameAs: ['DL3015'],
    references: [
      'https://docs.docker.com/build/building/best-practices/#apt-get',
      'https://www.debian.org/doc/debian-policy/ch-relationships.html#binary-dependencies-depends-recommends-suggests-enhances-pre-depends',
    ],
    options: {},
  },
  find: (file, { facts, project, dockerfile, propose, decline }) => {
    // apt is told once for all, or the file asks for what is recommended.
    if (/(?<!-{2}no-)install-recommends/i.test(file.text)) return;
    const runs = runsOf(facts);
    const demands = new Map<Stage, Demands>();
    const packages = packagesBeside(facts, runs);
    for (const run of runs) {
      if (!reachesImage(facts, run.stage, '/usr/bin') || isMounted(run, '/usr')) continue;
      for (const use of run.uses.filter(isOpen)) {
        const { script } = use;
        if (script === undefined) {
          decline('JSON form is not edited', run.instruction.span);
          continue;
        }
        const asked = demands.get(run.stage) ?? demandsOf(facts, project, run.stage, runs, dockerfile);
        demands.set(run.stage, asked);
        const weighed = weigh(run, use, packages(run), asked);
        if (weighed.dropped.length === 0) continue;
        if (weighed.kept.length > MOST_NAMED) {
          decline(`what is recommended is mostly needed: ${weighed.kept.join(', ')}`, run.instruction.span);
          continue;
        }
        propose({
          at: run.instruction.span,
          edits: editsOf(file, script, use, weighed.kept),
          level: weighed.doubts.length === 0 ? 'review' : 'unsafe',
          what:
            weighed.kept.length === 0
              ? 'install no recommended packages'
              : `install no recommended packages but ${weighed.kept.join(', ')}`,
          evidence: [
            { fact: `nothing here asks for ${listed(weighed.dropped)}`, span: run.instruction.span },
            ...weighed.kept.map((name) => ({ fact: `${name} is commonly needed, so it is named` })),
            ...weighed.doubts.map((fact) => ({ fact })),
          ],
          announces: [{ kind: 'packages', effect: 'removed', manager: 'apt', names: weighed.gone }],
        });
      }
    }
  },
});

/** Whether an install takes in what is recommended. */
function isOpen({ invocation }: Use): boolean {
  const { tool, subcommand, options, wrappers } = invocation;
  return (
    isApt(invocation) &&
    tool !== 'aptitude' &&
    subcommand === 'install' &&
    !wrappers.includes('xargs') &&
    !options.some(({ name }) =>
      /^--(no-)?install-recommends$|^--download-only$|^-[ds]$|^--(simulate|dry-run)$/.test(name),
    )
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(', ');
  return names.length <= 6 ? shown : `${shown} and ${names.length - 6} more`;
}

/** The option behind the options that are there, and the kept packages in front of the others, on a line of their own where those have one. */
function editsOf(file: Dockerfile, script: ShellScript, { invocation }: Use, kept: readonly string[]): readonly Edit[] {
  const { args, operands, subcommand } = invocation;
  const place = (word: ShellWord): { start: number; end: number } => ({
    start: toSource(script.source, word.span.start),
    end: toSource(script.source, word.span.end - 1) + 1,
  });
  const first = operands[0];
  const install = args.findIndex(({ value }) => value === subcommand);
  const before = args.slice(install, first === undefined ? undefined : args.indexOf(first));
  const { end } = place(before.at(-1)!);
  const option = { span: { start: end, end }, text: ' --no-install-recommends' };
  if (kept.length === 0 || first === undefined) return [option];
  const { start } = place(first);
  const line = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
  const joint = line.trim() === '' && line !== '' ? ` ${file.escape}${file.eol}${line}` : ' ';
  return [option, { span: { start, end: start }, text: kept.map((name) => name + joint).join('') }];
}
