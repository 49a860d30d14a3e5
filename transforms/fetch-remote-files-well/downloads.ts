import type { Use } from '../../src/cache-mounts/index.js';
import { resolvePath } from '../../src/facts/index.js';
import type { Option, ShellWord } from '../../src/shell/index.js';
import { baseName, pathOf, spelledWord } from './spelling.js';

const OUTPUT = { curl: ['-o', '--output'], wget: ['-O', '--output-document'] } as const;
const FOLDER = { curl: ['--output-dir'], wget: ['-P', '--directory-prefix'] } as const;
/** Options that let the server or a list choose the names. */
const UNTOLD =
  /^(-J|--remote-header-name|-i|--input-file|-r|--recursive|-m|--mirror|-p|--page-requisites|-x|--content-disposition|--trust-server-names)$/;

/** The files that a curl or wget writes: absolute paths, or undefined when they cannot be told. */
export function downloadsOf({ invocation, place }: Use): readonly string[] | undefined {
  const { tool, options, operands, command } = invocation;
  if (tool !== 'curl' && tool !== 'wget') return [];
  if (options.some(({ name }) => UNTOLD.test(name))) return undefined;
  const value = (option: Option): string | undefined =>
    option.valueWord === undefined ? option.value : spelledWord(option.valueWord, place);
  const outputs = options.filter(({ name }) => (OUTPUT[tool] as readonly string[]).includes(name));
  const redirect = command.redirects.find(({ operator }) => operator === '>');
  const folder = options.find(({ name }) => (FOLDER[tool] as readonly string[]).includes(name));
  const names: (string | undefined)[] = outputs.map(value);
  if (redirect?.target !== undefined) return all([pathOf(redirect.target, place)]);
  if (names.length === 0 && (tool === 'wget' || options.some(({ name }) => REMOTE_NAME.test(name))))
    names.push(...operands.map((word) => urlName(word, place)));
  const below = folder === undefined ? '.' : value(folder);
  return all(
    names
      .filter((name) => name !== '-' && name !== '/dev/null')
      .map((name) => {
        if (name === undefined || below === undefined || /[$`]\(/.test(name)) return undefined;
        return resolvePath(
          name.startsWith('/') || (outputs.length > 0 && tool === 'wget') ? name : `${below}/${name}`,
          place,
        );
      }),
  );
}

const REMOTE_NAME = /^(-O|--remote-name|--remote-name-all)$/;

function urlName(word: ShellWord, place: Use['place']): string | undefined {
  const url = spelledWord(word, place);
  if (url === undefined || /[?#]/.test(url) || url.endsWith('/')) return undefined;
  return baseName(url);
}

function all(paths: readonly (string | undefined)[]): readonly string[] | undefined {
  return paths.every((path): path is string => path !== undefined) ? paths : undefined;
}

/** Archives that are run or loaded as they are. */
const PROGRAM = /\.(?:[jwe]ar|whl|phar|apk|nupkg|vsix|xpi)$/;

/** The word, as written, by which a command that unpacks or installs an archive names it; undefined when it does not. */
export function unpackedWord({ invocation, place }: Use, path: string): string | undefined {
  const { tool, subcommand, options, operands, args } = invocation;
  const named = (words: readonly ShellWord[]): string | undefined =>
    words.find((word) => pathOf(word, place) === path)?.text;
  const flag = (pattern: RegExp): boolean => args.some(({ value }) => pattern.test(value ?? ''));
  switch (tool) {
    case 'tar':
    case 'bsdtar':
    case 'gtar': {
      const file = options.find(({ name }) => name === '-f' || name === '--file');
      if (subcommand !== '-x' || file === undefined) return undefined;
      if (file.valueWord !== undefined) return named([file.valueWord]);
      return file.value !== undefined && resolvePath(file.value, place) === path ? file.value : undefined;
    }
    case 'unzip':
      return subcommand === '' && !PROGRAM.test(path) ? named(operands.slice(0, 1)) : undefined;
    case 'dpkg':
      return flag(/^(-i|--install)$/) ? named(args) : undefined;
    case 'rpm':
      return flag(/^(-[a-z]*[iU]|--install|--upgrade)/) ? named(args) : undefined;
    case 'apt':
    case 'apt-get':
    case 'yum':
    case 'dnf':
    case 'microdnf':
      return /^(install|localinstall)$/.test(subcommand) ? named(operands) : undefined;
    case 'apk':
      return subcommand === 'add' ? named(operands) : undefined;
    default:
      return undefined;
  }
}

/** Commands that only check a file or speak of it. */
export const CHECKS =
  /^(sha\d+sum|md5sum|shasum|gpg|echo|printf|ls|file|openssl|test|\[|grep|awk|cut|chmod|chown|stat|true)$/;
