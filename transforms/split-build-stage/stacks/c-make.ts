/** What is read of a Makefile: https://www.gnu.org/software/make/manual/make.html */
export interface Makefile {
  /** Files that its rules link, relative to the folder where make runs. */
  readonly programs: ReadonlySet<string>;
  /** Where its rule `install` puts programs: from the name of the installed file to the file it was. */
  readonly installs: ReadonlyMap<string, string>;
  /** What `install` does beside that; undefined where it does nothing else. */
  readonly unknownInstall: string | undefined;
  /** A command that may write what a program reads; undefined where none does. */
  readonly written: string | undefined;
  /** The text with its variables filled in, in which a linker's options stand. */
  readonly text: string;
}

/** A rule with its variables filled in. */
export interface Rule {
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  readonly recipe: readonly string[];
}

/** Names that no rule of a program has. */
const NO_PROGRAM =
  /[%$*?]|\.(?:o|d|a|so[\d.]*|obj|h|c|cc|cpp|cxx|dep|stamp)$|^(?:all|clean|distclean|install|uninstall|test|check|default|help|run|debug|release|format|lint|docs?|\.[A-Z].*)$/;
/** Folders that the copy of a program makes. */
const PROGRAMS = /(?:^|\/)s?bin\/?$|^\/(?:usr(?:\/local)?)?\/?$/;
/** Rules that no build follows. */
const NOT_BUILT =
  /^(?:clean|distclean|mrproper|install|uninstall|tests?|check|help|run|debug|format|lint|docs?|docker|dist|deploy|tags|valgrind|memcheck|coverage|benchmark)/;
/** Folders that hold nothing which a program reads. */
const MANUALS = /\/(?:man|doc|docs|include|pkgconfig|bash-completion|applications|icons|licenses)(?:\/|$)/;

/**
 * Reads a Makefile without running it: variables, explicit rules and their recipes.
 * @param given variables of the command line, which win
 */
export function readMakefile(source: string, given: ReadonlyMap<string, string>): Makefile {
  const { rules, text } = readRules(source, given);
  return {
    programs: new Set(rules.flatMap(programsOf)),
    ...installsOf(rules),
    written: writtenBy(rules),
    text: [text, ...rules.flatMap(({ recipe }) => recipe)].join('\n'),
  };
}

/** The rules of a Makefile, and its text, with variables filled in. */
export function readRules(
  source: string,
  given: ReadonlyMap<string, string>,
): { readonly rules: readonly Rule[]; readonly text: string } {
  const variables = new Map<string, string>([
    ['CC', 'cc'],
    ['CXX', 'g++'],
    ['RM', 'rm -f'],
    ['INSTALL', 'install'],
  ]);
  const rules: { targets: string[]; prerequisites: string[]; recipe: string[] }[] = [];
  const lines = source
    .replaceAll('\r\n', '\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  const expand = (text: string) => expandMake(text, variables, given);
  for (const raw of lines) {
    if (raw.startsWith('\t')) {
      rules.at(-1)?.recipe.push(raw.trim());
      continue;
    }
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    const assigned = /^(?:export\s+|override\s+)?([\w.-]+)\s*(\+|[:?]{0,3}|!)=(.*)$/.exec(line);
    if (assigned !== null) {
      const [, name, how, written] = assigned as unknown as [string, string, string, string];
      const value = written.trim();
      if (how === '+') variables.set(name, `${variables.get(name) ?? ''} ${value}`);
      else if (how !== '?' || !variables.has(name)) variables.set(name, how.startsWith(':') ? expand(value) : value);
      continue;
    }
    const rule = /^([^:=]+):{1,2}(?!=)([^;]*)(?:;(.*))?$/.exec(line);
    if (rule !== null)
      rules.push({
        targets: words(expand(rule[1]!)),
        prerequisites: words(expand(rule[2]!)),
        recipe: rule[3] === undefined ? [] : [rule[3]],
      });
  }
  const filled = rules.map((rule): Rule => ({
    ...rule,
    recipe: rule.recipe.map((line) =>
      expand(
        line
          .replaceAll('$@', rule.targets[0] ?? '$@')
          .replaceAll('$<', rule.prerequisites[0] ?? '$<')
          .replaceAll('$^', rule.prerequisites.join(' ')),
      ),
    ),
  }));
  return { rules: filled, text: expand(source) };
}

/** Fills in `$(NAME)` and `${NAME}`; what calls a function keeps its text. */
function expandMake(text: string, variables: ReadonlyMap<string, string>, given: ReadonlyMap<string, string>): string {
  let value = text;
  for (let depth = 0; depth < 8 && /\$[({]/.test(value); depth++) {
    const next = value.replace(/\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})/g, (_all, round?: string, curly?: string) => {
      const name = (round ?? curly)!;
      return given.get(name) ?? variables.get(name) ?? '';
    });
    if (next === value) break;
    value = next;
  }
  return value;
}

/** The programs that a rule links: by `-o`, or by make's own rule for object files. */
function programsOf({ targets, prerequisites, recipe }: Rule): readonly string[] {
  const outputs = recipe
    .filter((line) => !/\s-[cSE](?:\s|$)/.test(line) && !/\s-shared(?:\s|$)/.test(line))
    .flatMap((line) => [...line.matchAll(/\s-o\s*([^\s;&|]+)/g)].map((match) => match[1]!));
  const implicit =
    recipe.length === 0 && prerequisites.some((name) => /\.(?:o|c|cc|cpp|cxx)$/.test(name)) ? targets : [];
  return [...outputs, ...implicit].map((name) => name.replace(/^\.\//, '')).filter((name) => !NO_PROGRAM.test(name));
}

/** A command of the rules that a build follows which does more than compile and link. */
function writtenBy(rules: readonly Rule[]): string | undefined {
  return rules
    .filter(({ targets }) => !targets.some((name) => NOT_BUILT.test(name)))
    .flatMap(({ recipe }) => recipe.flatMap((line) => line.replace(/^[@+-]+/, '').split(/&&|;|\|\|/)))
    .map((command) => command.trim())
    .find(
      (command) =>
        !/^(?:\w+=\S*\s+)*(?:\S*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|ar|ranlib|strip|objcopy|nasm|as)(?:-[\d.]+)?\s|(?:mkdir|rm|echo|printf|touch|cd|true|test|\[|:|size|if|then|else|fi|for|do|done|make|bison|yacc|flex|lex)\b|$)/.test(
          command,
        ) || /(?<![\d&])>>?\s*(?!\/dev\/|&|\S{1,255}\.[hcd]\b)\S/.test(command),
    );
}

/** What the rule `install` copies and where. */
function installsOf(rules: readonly Rule[]): Pick<Makefile, 'installs' | 'unknownInstall'> {
  const installs = new Map<string, string>();
  let unknownInstall: string | undefined;
  for (const line of rules.filter(({ targets }) => targets.includes('install')).flatMap(({ recipe }) => recipe)) {
    const [tool, ...rest] = words(line.replace(/^[@+-]+/, ''));
    if (tool === undefined || /^(?:echo|strip|chmod|true|:)$/.test(tool)) continue;
    const operands: string[] = [];
    let folder = false;
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i]!;
      if (/^-(?:m|o|g|-mode|-owner|-group)$/.test(word)) i++;
      else if (/^-[A-Za-z]*d/.test(word)) folder = true;
      else if (!word.startsWith('-')) operands.push(word);
    }
    if (operands.every((path) => MANUALS.test(path) || ((folder || tool === 'mkdir') && PROGRAMS.test(path)))) continue;
    const target = operands.at(-1);
    if (
      folder ||
      !/^(?:install|cp)$/.test(tool) ||
      operands.length < 2 ||
      target === undefined ||
      /[$`*?;&|]/.test(operands.join(' '))
    )
      unknownInstall ??= line;
    else if (!MANUALS.test(target))
      for (const source of operands.slice(0, -1)) {
        const name = source.slice(source.lastIndexOf('/') + 1);
        const isFolder = target.endsWith('/') || /\/s?bin$/.test(target) || operands.length > 2;
        installs.set(isFolder ? `${target.replace(/\/$/, '')}/${name}` : target, source.replace(/^\.\//, ''));
      }
  }
  return { installs, unknownInstall };
}

function words(text: string): readonly string[] & string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
