import type { Stage } from '../../src/dockerfile/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { announcementsOf } from './announce.js';
import { pruneCopied } from './existing.js';
import { shipOnSystem } from './existing-compiled.js';
import { shipHeir } from './existing-heir.js';
import { shipOnRuntime } from './existing-runtime.js';
import { takeWhatRuns } from './existing-tree.js';
import { c } from './stacks/c.js';
import { dotnet } from './stacks/dotnet.js';
import { elixir } from './stacks/elixir.js';
import { go } from './stacks/go.js';
import { java } from './stacks/java.js';
import { nginx } from './stacks/nginx.js';
import { node } from './stacks/node.js';
import { php } from './stacks/php.js';
import { python } from './stacks/python.js';
import { ruby } from './stacks/ruby.js';
import { rust } from './stacks/rust.js';
import { staticFiles } from './stacks/static.js';
import { keeping } from './kept-runs.js';
import { startedByServices } from './other-starts.js';
import { throughScripts } from './start-script.js';
import { withShellTools } from './shell-tools.js';
import { readSubject } from './subject.js';
import { takenAway } from './taken-away.js';
import { ask, isDeclined, type Stack } from './types.js';
import { withoutShell } from './without-shell.js';
import { write } from './write.js';

const [first, last] = [
  [dotnet, elixir, throughScripts(go), throughScripts(java)].map(keeping),
  [throughScripts(rust), throughScripts(c)].map(keeping),
];
const stacks: readonly Stack[] = [...first, staticFiles, nginx, node, php, python, ruby, ...last];
/** Those that ship on another image than they build on. */
const onOtherBases: readonly Stack[] = [...first, ...last];
/** Those whose programs are one file, so that what else they read is known by name. */
const compiled: readonly Stack[] = [go, rust, c, java];

export default defineTransform({
  meta: {
    name: 'split-build-stage',
    summary: 'Build in a stage of its own and ship only what runs',
    why: 'Compilers, sources and package caches are needed to build the program and never to run it; an image without them is smaller by hundreds of megabytes and starts, moves and scans faster.',
    phase: 'stages',
    level: 'unsafe',
    assumes: ['nobody starts a compiler, a shell tool or a source file of the build in the running container'],
    needs: ['project', 'images'],
    preset: 'default',
    sameAs: [],
    references: ['https://docs.docker.com/build/building/multi-stage/'],
    options: {
      image: {
        default: 'alpine',
        describe:
          'The image that static Go programs ship on: alpine (of the version of the build stage, where it names one), scratch, gcr.io/distroless/static-debian12 or another',
      },
    },
  },
  find: (file, { facts, project, dockerfile, options, propose, decline }) => {
    const stage = facts.target;
    if (stage === undefined) return;
    const read = (of: Stage) => readSubject(facts, of, project, dockerfile, options);
    const subject = read(stage);
    const compiledBefore = shipOnSystem(subject, read) ?? shipHeir(subject, read, dockerfile ?? 'Dockerfile');
    if (compiledBefore !== undefined) {
      if ('reason' in compiledBefore) return decline(compiledBefore.reason, compiledBefore.at.span);
      const other = startedByServices(subject, '');
      return other === undefined ? propose(compiledBefore) : decline(other, stage.from.span);
    }
    for (const stack of stacks) {
      const planned = ask(stack, subject);
      if (planned === undefined) continue;
      const fit = isDeclined(planned)
        ? planned
        : (takenAway(subject, planned.copies) ?? withoutShell(subject, planned));
      if (isDeclined(fit)) return decline(fit.reason, fit.at.span);
      const answer = onOtherBases.includes(stack) ? withShellTools(subject, fit) : fit;
      const other = startedByServices(
        subject,
        stack.name,
        answer.copies.map(({ to }) => to),
        answer.packages.map(({ name }) => name),
      );
      if (other !== undefined) return decline(other, stage.from.span);
      if (stage.index < file.stages.length - 1)
        return decline('stages stand behind the one that ships, and may rest on it', stage.from.span);
      const trigger = stage.instructions.find(({ keyword }) => keyword === 'ONBUILD');
      if (trigger !== undefined)
        return decline(`ONBUILD at line ${trigger.lines.first} may need what the build stage has`, trigger.span);
      const edits = write(subject, answer);
      if ('reason' in edits) return decline(edits.reason, edits.at.span);
      const { what, level, evidence } = answer;
      return propose({
        at: stage.from.span,
        edits,
        what,
        level,
        evidence,
        announces: announcementsOf(subject, answer, dockerfile ?? 'Dockerfile'),
      });
    }
    const lacking =
      shipOnRuntime(subject, read) ??
      takeWhatRuns(subject, read, compiled, dockerfile ?? 'Dockerfile') ??
      pruneCopied(subject, read);
    if (lacking === undefined) return;
    if ('reason' in lacking) return decline(lacking.reason, lacking.at.span);
    const other = startedByServices(subject, '');
    if (other === undefined) propose(lacking);
    else decline(other, stage.from.span);
  },
});
