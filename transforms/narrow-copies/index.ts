import { argumentWords, type Instruction } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { siblingThatCopies, type View, viewOf, withLines } from '../../src/project/view.js';
import { defineTransform } from '../../src/transform/index.js';
import { goSources } from './go-sources.js';
import { keepable } from './keepable.js';

export default defineTransform({
  meta: {
    name: 'narrow-copies',
    summary: 'Copy only what the build reads of the source',
    why: 'A COPY of everything makes a build run again when a file changes that it never reads, such as a workflow or a document.',
    phase: 'order',
    after: ['copy-manifests-first'],
    level: 'review',
    assumes: ['nobody looks in the image for the settings of editors and of continuous integration'],
    needs: ['project'],
    preset: 'opt-in',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/cache/optimize/#keep-the-context-small',
      'https://docs.docker.com/build/concepts/context/#dockerignore-files',
      'https://pkg.go.dev/embed',
    ],
    options: {},
  },
  find: (file, { facts, project, dockerfile, propose, decline }) => {
    if (project === undefined) return;
    const view = viewOf(project, dockerfile);
    if (typeof view === 'string') return;
    const copies = file.instructions.filter(copiesAll);
    let left: Instruction | undefined;
    for (const copy of copies) {
      const found = goSources(facts, view, copy);
      if (found !== undefined && 'text' in found) {
        propose({
          at: copy.span,
          edits: [{ span: copy.span, text: found.text }],
          level: 'safe',
          what: 'copy the folders that the Go build reads',
          evidence: [{ fact: found.evidence, span: copy.span }],
        });
        continue;
      }
      if (found !== undefined) decline(found.reason, copy.span);
      left ??= copy;
    }
    if (left === undefined) return;
    const { lines, held } = keepable(facts, view);
    for (const reason of held) decline(reason, left.span);
    if (lines.length === 0) return;
    const sibling = siblingThatCopies(project.context, lines);
    if (sibling !== undefined) {
      decline(`${view.ignoreFile} would have to keep out ${lines.join(', ')}: ${sibling}`, left.span);
      return;
    }
    propose({
      at: left.span,
      edits: [],
      files: [{ path: view.ignoreFile, before: view.ignoreText, after: withLines(view, lines) }],
      level: 'review',
      what: `keep ${lines.join(', ')} out of the build context`,
      evidence: lines.map((line) => ({ fact: `no command and no file of the project reads ${line}`, span: left.span })),
      announces: removed(facts, view, left, lines),
    });
  },
});

/** Whether a COPY or ADD brings the whole build context. */
function copiesAll(instruction: Instruction): boolean {
  const { keyword, flags, heredocs } = instruction;
  if ((keyword !== 'COPY' && keyword !== 'ADD') || heredocs.length > 0) return false;
  if (flags.some(({ name }) => name === 'from')) return false;
  const words = argumentWords(instruction);
  return words.length === 2 && /^\.?\/?$/.test(words[0]!);
}

/** What an image that somebody gets no longer holds. */
function removed(facts: Facts, view: View, copy: Instruction, lines: readonly string[]) {
  const stage = facts.file.stageOf(copy)!;
  const ships = facts.target !== undefined && facts.heirs(stage).includes(facts.target);
  const workdir = facts.before(copy)?.workdir;
  if (!ships || workdir === undefined) return [];
  return [
    {
      kind: 'files' as const,
      effect: 'removed' as const,
      paths: lines.map((line) => `${workdir === '/' ? '' : workdir}/${line}`),
      why: `${view.ignoreFile} keeps them out of the build context`,
    },
  ];
}
