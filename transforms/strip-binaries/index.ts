import { isShipped, runsIn, type Use } from '../../src/cache-mounts/index.js';
import { copiesFrom } from '../../src/runtime/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { cargo } from './cargo.js';
import { compiler } from './compiler.js';
import { readsSymbols } from './readers.js';
import type { Toolchain } from './types.js';

const toolchains: readonly Toolchain[] = [compiler, cargo];

export default defineTransform({
  meta: {
    name: 'strip-binaries',
    summary: 'Link programs without their symbols',
    why: 'Symbols are often a third of a compiled program and nothing reads them when it runs; left out while linking, they are in no layer. They are worth keeping elsewhere: without them a crash shows addresses and no names.',
    phase: 'runtime',
    local: true,
    level: 'review',
    assumes: ['nobody debugs or profiles the program in the image, and symbols for crash reports are kept elsewhere'],
    needs: ['project'],
    preset: 'opt-in',
    sameAs: [],
    references: [
      'https://gcc.gnu.org/onlinedocs/gcc/Link-Options.html',
      'https://doc.rust-lang.org/cargo/reference/profiles.html#strip',
    ],
    options: {},
  },
  find: (_, { facts, project, propose, decline }) => {
    for (const stage of facts.file.stages) {
      const uses = runsIn(facts, stage).flatMap((run) => run.uses.map((use) => ({ run, use })));
      const linked = uses.flatMap(({ run, use }) => {
        const toolchain = toolchains.find((one) => one.links(use));
        return toolchain === undefined ? [] : { run, use, toolchain };
      });
      if (linked.length === 0 || uses.some(({ use }) => strips(use))) continue;
      if (!isShipped(facts, stage) && copiesFrom(facts, stage).length === 0) continue;
      const reader = readsSymbols(facts, stage);
      for (const { run, use, toolchain } of linked) {
        const { instruction } = run;
        const found =
          use.script === undefined
            ? 'the RUN is in a form that is not edited'
            : (reader ?? toolchain.strip({ facts, run, use, project }));
        if (found === undefined) continue;
        if (typeof found === 'string') {
          decline(found, instruction.span);
          continue;
        }
        propose({
          at: instruction.span,
          edits: [found.edit],
          level: 'review',
          what: 'leave the symbols out of the program',
          evidence: [{ fact: 'no debugger or profiler is installed where the program ships' }, { fact: found.fact }],
          announces:
            found.paths.length === 0
              ? []
              : [
                  {
                    kind: 'files',
                    effect: 'changed',
                    paths: found.paths,
                    why: 'the program is linked without symbols',
                  },
                ],
        });
      }
    }
  },
});

/** Whether a command takes the symbols out of programs that are there. */
function strips({ invocation: { tool } }: Use): boolean {
  return /(?:^|[-/])strip$/.test(tool ?? '');
}
