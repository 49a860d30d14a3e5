import { argumentText, type Instruction, mountsOf, sourceStage, type Stage } from '../dockerfile/index.js';
import { copyWords, type Facts, servicesIn } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import type { Service } from '../project/services.js';
import { literalCommand, readInvocation } from '../shell/index.js';
import { slimPackages, withBundles } from './commands.js';
import { Needs } from './needs.js';
import { scanNode, scanProject } from './node.js';
import { officialBase, rootOf } from './official.js';
import { scanPython, scanPythonProject } from './python.js';
import { scanRuby, scanRubyProject } from './ruby.js';
import { bring, line, type Scan, scanScript, scanText, scanWords } from './scan.js';

/** Images of single static programs: what is copied from them needs nothing. */
const STATIC_TOOLS =
  /^(?:ghcr\.io\/astral-sh\/uv|composer|docker|hashicorp\/|krallin\/|public\.ecr\.aws\/awsguru\/aws-lambda-adapter)/;

/**
 * What all stages built on a base need that its slim variant lacks.
 * @param only the instructions to look at: all by default.
 * @param each is told of every command that is looked at.
 * @param services what files of the project start in containers of the stages
 */
export function stageNeeds(
  facts: Facts,
  root: Stage,
  image: string,
  project: ProjectFacts | undefined,
  only: (instruction: Instruction) => boolean = () => true,
  each?: Scan['each'],
  services: readonly Service[] = [],
): Needs {
  const needs = new Needs();
  const heirs = facts.heirs(root);
  const states = new Map<Stage, Set<string>>();
  const seen = new Set<string>();
  const own = heirs.some(({ instructions }) =>
    instructions.some(
      (one) => /^(?:COPY|ADD)$/.test(one.keyword) && argumentText(one).includes('docker-entrypoint.sh'),
    ),
  );
  const base = officialBase(facts, root);
  const version = base?.variable === undefined ? /^\d+\.\d+/.exec(base?.tag ?? '')?.[0] : undefined;
  const entryPoint = image === 'node' && !own;
  const made = new Set(heirs.flatMap((stage) => madeElsewhere(facts, stage)));
  for (const stage of heirs) {
    const installed = new Set(
      stage === root ? withBundles(slimPackages[image] ?? []) : states.get(facts.file.stages[stage.parent ?? -1]!),
    );
    states.set(stage, installed);
    const scan: Scan = {
      needs,
      project,
      installed,
      plain: image === 'debian',
      language: languageOf(image),
      version,
      entryPoint,
      each,
      made,
      seen,
    };
    for (const instruction of stage.instructions.filter(only)) scanInstruction(facts, instruction, stage, image, scan);
    for (const { what, starts, command } of servicesIn(facts.file, [stage], services)) {
      const at = stage.instructions.at(-1)!;
      const entered = heirs.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'ENTRYPOINT'));
      for (const text of starts)
        if (!(entered && text === command && !knownProgram(text.split(' '))))
          scanText(text, what, at, { ...scan, service: what });
    }
  }
  return needs;
}

/** Names of the files that COPYs of a stage bring from other stages, by their sources and by their destinations. */
function madeElsewhere(facts: Facts, stage: Stage): readonly string[] {
  return stage.instructions.flatMap((one) => {
    const from = one.keyword === 'COPY' ? one.flags.find(({ name }) => name === 'from')?.value : undefined;
    if (from === undefined || sourceStage(facts.file.stages, stage, from) === undefined) return [];
    return copyWords(facts, one).flatMap((word) => word?.slice(word.lastIndexOf('/') + 1) || []);
  });
}

function languageOf(image: string): Scan['language'] {
  return (invocation, at, scan) => {
    const tool = invocation.tool ?? '';
    if (image === 'golang' && /^(?:go|gofmt)$/.test(tool)) return true;
    if (/^(?:nginx|httpd|httpd-foreground)$/.test(tool)) return true;
    if (!/^py/.test(image) && /^python(?:3|$)/.test(tool)) {
      if (![...scan.installed].some((name) => /^python3?(?:$|-|\.\d)/.test(name))) bring(tool, ['python3'], at, scan);
      if (tool === 'python' && !scan.installed.has('python'))
        scan.needs.refuse(`${line(at)} runs python, which slim may lack`, at);
    }
    const known = scanNode(invocation, at, scan) || scanPython(invocation, at, scan) || scanRuby(invocation, at, scan);
    if (known && foreign(image, tool, scan))
      scan.needs.refuse(`${line(at)} runs ${tool}, and where it comes from is not seen`, at);
    return known;
  };
}

/** Whether a manager of another language is used that no package of the file brings. */
function foreign(image: string, tool: string, { installed }: Scan): boolean {
  if (/^pip/.test(tool)) return !/^py/.test(image) && ![...installed].some((name) => /^python3?-pip$/.test(name));
  if (/^(?:npm|npx|yarn|node)$/.test(tool))
    return image !== 'node' && !installed.has('nodejs') && !installed.has('npm') && !installed.has('yarn');
  if (/^(?:gem|bundle|bundler|ruby)$/.test(tool))
    return image !== 'ruby' && ![...installed].some((name) => name.startsWith('ruby'));
  return false;
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
      needsCertificates(text, image, instruction, scan);
      const held = /\b(?:openjdk-[\w$]|default-j(?:re|dk)\b|postgresql-client)/.exec(text);
      if (held !== null && /\bapt(?:-get)?\b[^\n]*\binstall\b[^\n]*\$/.test(text))
        needs.refuse(
          `${line(instruction)} may install ${held[0]}, which fails without the folders of manual pages`,
          instruction,
        );
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
      if (
        /(?:^|\s)(?:LANG|LANGUAGE|LC_ALL|LC_MESSAGES)[= ]"?(?!en|C\b|C\.|POSIX|\$|"|$)\w/.test(
          argumentText(instruction),
        )
      )
        needs.refuse(`${line(instruction)} sets a language, whose translations slim images leave out`, instruction);
      needsCertificates(argumentText(instruction), image, instruction, scan);
      if (!scan.plain && image !== 'node' && /(?:^|\s)TZ[= ]/.test(argumentText(instruction)) && !/^py/.test(image))
        needs.add(['tzdata'], `${line(instruction)} sets the time zone`, instruction);
      return;
    default:
  }
}

/** Node has certificates of its own, unless it is told to take those of the system. */
function needsCertificates(text: string, image: string, at: Instruction, { needs, installed }: Scan): void {
  if (
    image === 'node' &&
    /--use-(?:openssl|system)-ca\b|\/etc\/ssl\/certs\b/.test(text) &&
    !installed.has('ca-certificates')
  )
    needs.add(['ca-certificates'], `${line(at)} asks for the certificates of the system`, at);
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

/** Whether what runs in the image is said: a command of its own that is no interactive shell. */
export function declaresCommand(facts: Facts, target: Stage): boolean {
  for (let stage: Stage | undefined = target; stage !== undefined; stage = facts.file.stages[stage.parent ?? -1]) {
    const last = stage.instructions.findLast(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
    if (last === undefined) continue;
    return !/^(?:\/bin\/)?(?:ba|z|a)?sh$/.test(
      (last.json?.map(({ value }) => value).join(' ') ?? argumentText(last)).trim(),
    );
  }
  return false;
}
