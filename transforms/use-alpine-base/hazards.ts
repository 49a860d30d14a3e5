import { fetchesPython, minimalCommands, type OfficialBase } from '../../src/bases/index.js';
import { argumentText, type Instruction, sourceStage, type Stage } from '../../src/dockerfile/index.js';
import { certainValue, type Facts, type State } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { type Invocation, literalCommand, readInvocation } from '../../src/shell/index.js';

/** Commands that busybox has too, with the short options of theirs that mean the same there. */
const alike: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    ': . [ test true false cd echo printf exit export set unset exec shift wait trap umask sleep pwd touch cat env read command eval return'
      .split(' ')
      .map((name) => [name, /^/] as const),
  ),
  sh: /^-[ceux]+$/,
  mkdir: /^-[pm]+$/,
  rm: /^-[rRf]+$/,
  cp: /^-[rRapfv]+$/,
  mv: /^-[fv]+$/,
  chmod: /^-[Rv]+$/,
  chown: /^-[Rhv]+$/,
  ln: /^-[sfn]+$/,
  ls: /^-[la1A]+$/,
  grep: /^-[qivEFnrlo]+$/,
  wget: /^(?:-[qO]+|-qO-|-O-|--spider|-)$/,
};

/** Programs of the languages, which run the same where they have no native parts. */
const programs =
  /^(?:node|nodejs|npm|npx|yarn|pnpm|pnpx|bun|corepack|tsc|ts-node|vite|webpack|rollup|esbuild|ng|nest|next|nuxt|eslint|prettier|jest|serve|http-server|nodemon|pm2|pm2-runtime|rimraf|cross-env|python[23]?|pip[23]?|gunicorn|uvicorn|flask|django-admin|celery|poetry|pipenv|nginx|httpd|httpd-foreground|go|gofmt|curl|git|docker-entrypoint\.sh)$/;

/** Why a stage would not do the same on Alpine: C library, shell, options, users, time zone, locale, other stages. */
export function hazards(facts: Facts, base: OfficialBase, project: ProjectFacts | undefined): readonly string[] {
  const heirs = facts.heirs(base.stage);
  return heirs
    .flatMap((stage) =>
      stage.instructions.flatMap((instruction) => hazardsOf(facts, stage, instruction, base, project)),
    )
    .concat(users(facts, heirs));
}

function hazardsOf(
  facts: Facts,
  stage: Stage,
  instruction: Instruction,
  base: OfficialBase,
  project: ProjectFacts | undefined,
): readonly string[] {
  const at = `${instruction.keyword} at line ${instruction.lines.first}`;
  const text = argumentText(instruction);
  if (/\bwww-data\b/.test(text)) return [`${at} names www-data, which has another number on Alpine`];
  switch (instruction.keyword) {
    case 'SHELL':
      return [`${at} names a shell that Alpine may lack`];
    case 'ENV':
      if (/(?:^|\s)TZ[= ]/.test(text)) return [`${at} sets a time zone, and Alpine has no time zone data`];
      return /(?:^|\s)(?:LANG|LANGUAGE|LC_\w+)[= ](?!"?C(?:\.UTF-8|\.utf8)?"?(?:\s|$))/.test(text)
        ? [`${at} sets a locale, and musl has none`]
        : [];
    case 'COPY':
      return otherLibrary(facts, stage, instruction, at);
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK': {
      const body = facts.body(instruction);
      if (body.kind === 'none') return [];
      if (body.kind === 'opaque') return [`${at} is not understood: ${body.why}`];
      if (instruction.heredocs.length > 0) return [`${at} has a here-document`];
      if (body.kind === 'exec' && /(?:^|\/)bash$/.test(body.words[0] ?? ''))
        return [`${at} uses bash, which Alpine lacks`];
      const { script } = body;
      const commands = script?.commands ?? [literalCommand(body.kind === 'exec' ? body.words : [])];
      const arguments_ = instruction.keyword === 'CMD' && body.kind === 'exec' && /^-/.test(body.words[0] ?? '');
      if (arguments_) return [];
      return commands.flatMap((command) =>
        commandHazard(readInvocation(command), facts.before(instruction)!, base, project, at),
      );
    }
    default:
      return [];
  }
}

/** Why a command of a script or of the project's own code, if it is one of the system, would not do the same on Alpine. */
export function systemHazard(invocation: Invocation, place: string): readonly string[] {
  const name = invocation.tool?.replace(/^.*\//, '') ?? '';
  return minimalCommands.has(name) && !/^apt/.test(name) ? systemCommand(name, invocation, place) : [];
}

function commandHazard(
  invocation: Invocation,
  state: State,
  { image, tag }: OfficialBase,
  project: ProjectFacts | undefined,
  at: string,
): readonly string[] {
  const { tool, args, operands, environment } = invocation;
  if (tool === '' || tool === undefined) return tool === '' ? [] : [`${at} runs a program whose name is not literal`];
  const name = tool.replace(/^.*\//, '');
  if (/^(?:apt|apt-get)$/.test(name)) return [];
  if (/^(?:user|group)(?:add|mod|del)$|^(?:add|del)(?:user|group)$/.test(name))
    return [`${at} uses ${name}, which is another program on Alpine`];
  if (/^(?:dpkg|add-apt-repository|apt-key|locale-gen|update-locale)/.test(name))
    return [`${at} uses ${name}, which Alpine lacks`];
  if (image === 'golang' && name === 'go') {
    const inline = environment.find(([variable]) => variable === 'CGO_ENABLED')?.[1]?.value;
    return (inline ?? certainValue(state, 'CGO_ENABLED')) === '0' && !args.some(({ text }) => text === '-race')
      ? []
      : [`${at} may build C code, for which golang on Alpine has no compiler: CGO_ENABLED is not 0`];
  }
  if (/^uvx?$/.test(name)) {
    const version = image === 'python' ? /^\d+\.\d+/.exec(tag)?.[0] : undefined;
    return fetchesPython(invocation, state, version, project)
      ? [`${at} may have uv fetch a Python, and there is none for musl on ARM`]
      : [];
  }
  if (programs.test(name)) return [];
  if (name === 'wget' && args.some(({ text }) => text.startsWith('https:')))
    return [`${at} uses wget over https, and busybox has another wget`];
  return systemCommand(name, { args, operands }, at);
}

function systemCommand(
  name: string,
  { args, operands }: Pick<Invocation, 'args' | 'operands'>,
  at: string,
): readonly string[] {
  if (name === 'bash' || operands.some(({ text }) => /(?:^|\/)bash$/.test(text)))
    return [`${at} uses bash, which Alpine lacks`];
  if (name === 'echo' && args.some(({ text }) => /^-[neE]*[eE]|\\/.test(text)))
    return [`${at} uses echo with an escape, which the shells of Debian and Alpine write differently`];
  const options = alike[name];
  if (options === undefined)
    return minimalCommands.has(name)
      ? [`${at} uses ${name}, whose busybox form may differ`]
      : [`${at} runs ${name}, which is not known to run on Alpine`];
  const odd = args.find(({ text }) => /^-./.test(text) && !options.test(text));
  return odd === undefined ? [] : [`${at} uses ${name} ${odd.text}, which busybox may not know`];
}

/** Both ends of a COPY must have one C library. */
function otherLibrary(facts: Facts, stage: Stage, instruction: Instruction, at: string): readonly string[] {
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  if (from === undefined) return [];
  const source = sourceStage(facts.file.stages, stage, from);
  if (source === undefined) return [`${at} copies from ${from}, whose C library is not known`];
  const { libc } = facts.atEnd(source).image;
  return libc === 'musl' || libc === 'none' ? [] : [`${at} copies from a stage with another C library (${libc})`];
}

/** Stages that copy from the changed ones. */
function users({ file, atEnd }: Facts, heirs: readonly Stage[]): readonly string[] {
  const changed = new Set(heirs);
  return file.stages
    .filter((stage) => !changed.has(stage))
    .flatMap((stage) =>
      stage.instructions.flatMap((instruction) => {
        const from = instruction.flags.find(({ name }) => name === 'from')?.value;
        const source = from === undefined ? undefined : sourceStage(file.stages, stage, from);
        if (source === undefined || !changed.has(source)) return [];
        return atEnd(stage).image.libc === 'musl'
          ? []
          : [`COPY at line ${instruction.lines.first} would bring programs for musl to a stage with another C library`];
      }),
    );
}

/** Settings of nginx and httpd that name users or modules which the Alpine variant has elsewhere or not at all. */
export function serverConfiguration(facts: Facts, root: Stage, project: ProjectFacts | undefined): readonly string[] {
  const copied = facts
    .heirs(root)
    .flatMap(({ instructions }) => instructions)
    .find((one) => /^(?:COPY|ADD)$/.test(one.keyword) && /\/etc\/nginx|\/conf\b|\.conf\b/.test(argumentText(one)));
  if (copied === undefined) return [];
  const at = `${copied.keyword} at line ${copied.lines.first}`;
  if (project === undefined) return [`${at} brings a configuration that is not at hand`];
  const path = project.context.paths.find(
    (name) =>
      /\.(?:conf|template|inc)$|nginx/.test(name) &&
      /^[ \t]*(?:user\s+(?!nginx\b)|load_module\b|LoadModule\b|User\s|Group\s)/m.test(project.context.read(name) ?? ''),
  );
  return path === undefined ? [] : [`${path} names a user or a module of the other variant`];
}
