import { argumentText, type Instruction, mountsOf, sourceStage, type Stage } from '../dockerfile/index.js';
import type { Facts } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import { literalCommand, readInvocation } from '../shell/index.js';
import { slimPackages, withBundles } from './commands.js';
import { Needs } from './needs.js';
import { scanNode, scanProject } from './node.js';
import { officialBase, rootOf } from './official.js';
import { scanPython, scanPythonProject } from './python.js';
import { scanRuby, scanRubyProject } from './ruby.js';
import { line, type Scan, scanScript, scanWords } from './scan.js';

/** Images of single static programs: what is copied from them needs nothing. */
const STATIC_TOOLS =
  /^(?:ghcr\.io\/astral-sh\/uv|composer|docker|hashicorp\/|krallin\/|public\.ecr\.aws\/awsguru\/aws-lambda-adapter)/;

/** What all stages built on a base need that its slim variant lacks. */
export function stageNeeds(facts: Facts, root: Stage, image: string, project: ProjectFacts | undefined): Needs {
  const needs = new Needs();
  const heirs = facts.heirs(root);
  const states = new Map<Stage, Set<string>>();
  const seen = new Set<string>();
  for (const stage of heirs) {
    const installed = new Set(
      stage === root ? (slimPackages[image] ?? []) : states.get(facts.file.stages[stage.parent ?? -1]!),
    );
    states.set(stage, installed);
    const scan: Scan = { needs, project, installed, plain: image === 'debian', language: languageOf(image), seen };
    for (const instruction of stage.instructions) {
      scanInstruction(facts, instruction, stage, image, scan);
      for (const name of withBundles([...installed])) installed.add(name);
    }
  }
  return needs;
}

function languageOf(image: string): Scan['language'] {
  return (invocation, at, scan) =>
    (image === 'node' && scanNode(invocation, at, scan)) ||
    (/^py/.test(image) && scanPython(invocation, at, scan)) ||
    (image === 'ruby' && scanRuby(invocation, at, scan)) ||
    (image === 'golang' && /^(?:go|gofmt)$/.test(invocation.tool ?? '')) ||
    /^(?:nginx|httpd|httpd-foreground)$/.test(invocation.tool ?? '');
}

function scanInstruction(facts: Facts, instruction: Instruction, stage: Stage, image: string, scan: Scan): void {
  const { needs } = scan;
  switch (instruction.keyword) {
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK': {
      const body = facts.body(instruction);
      if (body.kind === 'opaque')
        return needs.refuse(`${line(instruction)} is not understood: ${body.why}`, instruction);
      const arguments_ =
        instruction.keyword === 'CMD' && stage.instructions.some(({ keyword }) => keyword === 'ENTRYPOINT');
      if (arguments_ && body.kind === 'exec' && /^-/.test(body.words[0] ?? '')) return;
      if (body.kind === 'script') scanScript(body.script, instruction, scan);
      else if (body.kind === 'exec' && body.script !== undefined) scanScript(body.script, instruction, scan);
      else if (body.kind === 'exec' && !(arguments_ && !knownProgram(body.words)))
        scanWords(body.words, instruction, scan);
      if (instruction.keyword === 'RUN' && !scan.plain && mountsOf(instruction).some(({ type }) => type === 'ssh'))
        needs.add(
          scan.installed.has('openssh-client') ? [] : ['openssh-client'],
          `${line(instruction)} mounts an SSH agent`,
          instruction,
        );
      const text = argumentText(instruction);
      if (
        !scan.plain &&
        /\/etc\/apt\/sources/.test(text) &&
        /https:\/\//.test(text) &&
        !scan.installed.has('ca-certificates')
      )
        needs.add(['ca-certificates'], `${line(instruction)} adds a package source over https`, instruction);
      return;
    }
    case 'ONBUILD':
      return needs.refuse(`${line(instruction)} runs in builds that are not seen here`, instruction);
    case 'COPY':
      return scanCopy(facts, instruction, stage, image, scan);
    case 'ENV':
      if (!scan.plain && image !== 'node' && /(?:^|\s)TZ[= ]/.test(argumentText(instruction)) && !/^py/.test(image))
        needs.add(['tzdata'], `${line(instruction)} sets the time zone`, instruction);
      return;
    default:
  }
}

/** Whether a CMD beside an ENTRYPOINT is a command of its own, as for an entry point that ends in `exec "$@"`. */
function knownProgram(words: readonly string[]): boolean {
  return readInvocation(literalCommand(words)).model !== undefined;
}

/** Programs from elsewhere may need libraries that only the full variant has. */
function scanCopy(facts: Facts, instruction: Instruction, stage: Stage, image: string, scan: Scan): void {
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  if (from === undefined || scan.plain) return;
  const source = sourceStage(facts.file.stages, stage, from);
  if (source === undefined) {
    if (!STATIC_TOOLS.test(from))
      scan.needs.refuse(`${line(instruction)} copies programs of ${from}, whose libraries slim may lack`, instruction);
    return;
  }
  const root = rootOf(facts.file.stages, source);
  const other = officialBase(facts, root)?.image;
  if (other === image) return scanLanguage(image, instruction, scan);
  if (other === 'node') return;
  const text = facts.file.stages[source.index]!.instructions.map(argumentText).join('\n');
  if (other === 'golang' && /CGO_ENABLED=0/.test(text)) return;
  scan.needs.refuse(
    `${line(instruction)} copies from another kind of image, and slim may lack libraries of what is copied`,
    instruction,
  );
}

function scanLanguage(image: string, at: Instruction, scan: Scan): void {
  if (image === 'node') scanProject(at, scan, false);
  else if (/^py/.test(image)) scanPythonProject(at, scan, false);
  else if (image === 'ruby') scanRubyProject(at, scan, false);
}
