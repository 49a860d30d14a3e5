import { joinPath } from '../../../src/facts/index.js';

/** What is read of CMakeLists.txt: https://cmake.org/cmake/help/latest/manual/cmake-commands.7.html */
interface CMakeProject {
  /** Programs, by path in the image. */
  readonly programs: ReadonlySet<string>;
  /** From the path where `install` puts a program, below the prefix, to the program. */
  readonly installs: ReadonlyMap<string, string>;
  /** Why what is built is not known; undefined when it is. */
  readonly unknown: string | undefined;
  readonly unknownInstall: string | undefined;
  /** A command that may write what a program reads; undefined where none does. */
  readonly written: string | undefined;
  readonly text: string;
}

interface Folders {
  /** The source and the build folder, absolute in the image. */
  readonly source: string;
  readonly build: string;
}

/**
 * Reads CMakeLists.txt and those of its folders without running them.
 * @param read the text of a file by its path in the image
 * @param given variables of the command line (`-DNAME=value`)
 */
export function readCMake(
  { source, build }: Folders,
  read: (path: string) => string | undefined,
  given: ReadonlyMap<string, string>,
): CMakeProject {
  const programs = new Set<string>();
  const installs = new Map<string, string>();
  const made = new Map<string, string>();
  const variables = new Map<string, string>([
    ['CMAKE_BINARY_DIR', build],
    ['CMAKE_SOURCE_DIR', source],
  ]);
  let unknown: string | undefined;
  let unknownInstall: string | undefined;
  let written: string | undefined;
  const texts: string[] = [];
  const expand = (text: string): string => {
    let value = text;
    for (let depth = 0; depth < 5; depth++)
      value = value.replace(
        /\$\{(\w+)\}/g,
        (all: string, name: string) => given.get(name) ?? variables.get(name) ?? all,
      );
    return value.replace(/^"(.*)"$/, '$1');
  };
  const visit = (folder: string, output: string): void => {
    const text = read(joinPath(folder, 'CMakeLists.txt'));
    if (text === undefined) {
      unknown ??= `${joinPath(folder, 'CMakeLists.txt')} is not there`;
      return;
    }
    texts.push(text);
    variables.set('CMAKE_CURRENT_BINARY_DIR', output).set('CMAKE_CURRENT_SOURCE_DIR', folder);
    for (const { name, args: raw } of commandsOf(text)) {
      const args = raw.map(expand);
      switch (name) {
        case 'project':
          variables
            .set('PROJECT_NAME', args[0] ?? '')
            .set('PROJECT_BINARY_DIR', output)
            .set('PROJECT_SOURCE_DIR', folder);
          if (folder === source) variables.set('CMAKE_PROJECT_NAME', args[0] ?? '');
          break;
        case 'set':
          if (args.length === 1 || !given.has(args[0] ?? '')) variables.set(args[0] ?? '', args[1] ?? '');
          break;
        case 'add_executable': {
          if (args.includes('IMPORTED') || args.includes('ALIAS')) break;
          const own =
            variables.get('CMAKE_RUNTIME_OUTPUT_DIRECTORY') ?? variables.get('EXECUTABLE_OUTPUT_PATH') ?? output;
          const path = joinPath(output, `${expand(own)}/${args[0]!}`);
          programs.add(path);
          made.set(args[0]!, path);
          break;
        }
        case 'add_library':
          if (args[1] === 'SHARED' || args[1] === 'MODULE')
            unknown ??= `the project builds the shared library ${args[0]!}`;
          break;
        case 'set_target_properties':
        case 'set_property':
          if (args.some((word) => /^(?:OUTPUT_NAME|RUNTIME_OUTPUT_DIRECTORY|SUFFIX|PREFIX)$/.test(word)))
            unknown ??= 'properties name the programs';
          break;
        case 'add_subdirectory':
          visit(
            joinPath(folder, args[0]!),
            args[1] !== undefined && !/^(?:EXCLUDE_FROM_ALL|SYSTEM)$/.test(args[1])
              ? joinPath(output, args[1])
              : joinPath(output, args[0]!),
          );
          variables.set('CMAKE_CURRENT_BINARY_DIR', output).set('CMAKE_CURRENT_SOURCE_DIR', folder);
          break;
        case 'externalproject_add':
        case 'fetchcontent_declare':
        case 'fetchcontent_makeavailable':
        case 'cpmaddpackage':
          unknown ??= 'the project builds others that are not seen';
          break;
        case 'include':
          if (/\//.test(args[0] ?? '') || /\.cmake$/.test(args[0] ?? '')) unknown ??= `${args[0]!} is not read`;
          break;
        case 'add_custom_command':
        case 'add_custom_target':
        case 'execute_process':
          written ??= name;
          break;
        case 'configure_file':
          if (!/\.(?:h|hh|hpp|hxx|c|cc|cpp|cxx|pc)$/.test(args[1] ?? '')) written ??= name;
          break;
        case 'file':
          if (
            /^(?:COPY|COPY_FILE|WRITE|APPEND|GENERATE|DOWNLOAD|CREATE_LINK|ARCHIVE_EXTRACT|MAKE_DIRECTORY)$/.test(
              args[0] ?? '',
            )
          )
            written ??= `file(${args[0]!})`;
          break;
        case 'install':
          unknownInstall ??= installOf(args, made, installs);
          break;
      }
    }
  };
  visit(source, build);
  const text = texts.map(expand).join('\n');
  if (/^(?:ON|1|TRUE|YES)$/i.test(given.get('BUILD_SHARED_LIBS') ?? variables.get('BUILD_SHARED_LIBS') ?? ''))
    unknown ??= 'the project builds shared libraries';
  return { programs, installs, unknown, unknownInstall, written, text };
}

/** Notes where one `install` puts programs; what else it installs that a program may read. */
function installOf(
  args: readonly string[],
  made: ReadonlyMap<string, string>,
  installs: Map<string, string>,
): string | undefined {
  const at = args.findIndex((word) => word === 'DESTINATION');
  const folder = (at < 0 ? undefined : args[at + 1]) ?? 'bin';
  const clean = folder.replace(/^\$\{CMAKE_INSTALL_BINDIR\}$/, 'bin').replace(/^\$\{CMAKE_INSTALL_SBINDIR\}$/, 'sbin');
  if (args[0] === 'TARGETS') {
    for (const name of args.slice(1)) {
      const program = made.get(name);
      if (program !== undefined) installs.set(`${clean}/${name}`, program);
    }
    return /\$/.test(clean) ? `install(TARGETS … ${folder})` : undefined;
  }
  return /(?:^|\/)(?:include|man\d?|doc|licenses|pkgconfig)(?:\/|$)|INCLUDEDIR|MANDIR|DOCDIR/.test(folder)
    ? undefined
    : `install(${args.slice(0, 2).join(' ')} …)`;
}

/** The commands of a CMake file, names in small letters. */
function commandsOf(text: string): readonly { readonly name: string; readonly args: readonly string[] }[] {
  const plain = text.replaceAll(/#\[\[[\s\S]*?\]\]/g, '').replaceAll(/(^|\s)#[^\n]*/g, '$1');
  return [...plain.matchAll(/(?<!\w)(\w+)\s*\(((?:[^()]|\([^()]*\))*)\)/g)].map(([, name, body]) => ({
    name: name!.toLowerCase(),
    args: body!.match(/"[^"]*"|[^\s"]+/g) ?? [],
  }));
}
