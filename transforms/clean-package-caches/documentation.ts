import { cleanableRuns, type Run, type Use } from '../../src/cache-mounts/index.js';
import { toSource } from '../../src/dockerfile/index.js';
import type { TransformContext } from '../../src/transform/index.js';

/** Options that say what documentation to make. */
const TOLD = /^(-N|--no-document|--document|--no-ri|--no-rdoc|--ri|--rdoc|-d)$/;
/** Releases whose RubyGems is older than 2.0, which does not know the option. */
const OLD = /^(squeeze|wheezy|lucid|precise|trusty)$/;

/** Proposes `--no-document` for gems that RubyGems would write documentation of; official images of Ruby say it in their gemrc. RUNs that are `taken` wait for the next pass. */
export function skipDocumentation(
  { facts, propose, decline }: Pick<TransformContext, 'facts' | 'propose' | 'decline'>,
  taken: ReadonlySet<Run>,
): void {
  if (/gemrc|\brdoc\b|\bri\b/.test(facts.file.text)) return;
  for (const { run, ships } of cleanableRuns(facts)) {
    const uses = run.uses.filter(writesDocumentation);
    if (uses.length === 0 || taken.has(run) || !ships('/usr/share') || isRubyImage(run)) continue;
    const { family, release } = run.state.image;
    const reason = uses.some(({ script }) => script === undefined)
      ? 'JSON form is not edited'
      : OLD.test(release ?? '') || (family !== 'debian' && family !== 'alpine')
        ? 'gem may be too old to know --no-document'
        : undefined;
    if (reason !== undefined) {
      decline(reason, run.instruction.span);
      continue;
    }
    propose({
      at: run.instruction.span,
      edits: uses.map(({ invocation, script }) => {
        const word = invocation.args.find(({ value }) => value === invocation.subcommand)!;
        const end = toSource(script!.source, word.span.end - 1) + 1;
        return { span: { start: end, end }, text: ' --no-document' };
      }),
      level: 'review',
      what: 'install gems without their documentation',
      announces: [
        {
          kind: 'files',
          effect: 'removed',
          paths: [family === 'alpine' ? '/usr/lib/ruby/gems/*/doc/**' : '/var/lib/gems/*/doc/**'],
          why: 'gem is told to write no documentation',
        },
      ],
    });
  }
}

function writesDocumentation({ invocation: { tool, subcommand, options } }: Use): boolean {
  return tool === 'gem' && /^(install|i|update)$/.test(subcommand) && !options.some(({ name }) => TOLD.test(name));
}

function isRubyImage({ state: { image } }: Run): boolean {
  return image.official && image.image === 'ruby';
}
