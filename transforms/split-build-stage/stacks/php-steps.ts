import { isWithin, joinPath } from '../../../src/facts/index.js';
import { type Effect, pathOf } from '../file-steps.js';
import type { Step, Subject } from '../types.js';

/** Folders of PHP's images that hold extensions and settings: github.com/docker-library/php. */
export const PHP_FOLDERS = ['/usr/local/lib/php/extensions', '/usr/local/etc/php'];

/** `composer install`, however Composer is called. */
export function isInstall({ invocation: { tool, subcommand } }: Step): boolean {
  return tool === 'composer' && subcommand === 'install';
}

/** The folder that Composer works in. */
export function folderOf({ cwd, invocation: { options }, text }: Step): string | undefined {
  const option = options.find(({ name }) => /^(?:-d|--working-dir)$/.test(name));
  const folder = option?.valueWord === undefined ? option?.value : text(option.valueWord);
  if (cwd === undefined || (option !== undefined && folder === undefined)) return undefined;
  return joinPath(cwd, folder ?? '.');
}

/** What makes Composer put packages or their programs outside a project's folder. */
export function putsElsewhere({ files, project }: Subject, { variable }: Step, root: string): string | undefined {
  const name = ['COMPOSER_VENDOR_DIR', 'COMPOSER_BIN_DIR'].find(
    (one) => !isWithin(joinPath(root, variable(one) ?? '.'), root),
  );
  if (name !== undefined) return name;
  const path = joinPath(root, 'composer.json');
  const context = files.get(path)?.context;
  const text = context === undefined ? undefined : project!.context.read(context);
  const named = [...(text ?? '').matchAll(/"(?:vendor-dir|bin-dir)"\s*:\s*"([^"]*)"/g)].map((match) => match[1]!);
  return named.some((folder) => !isWithin(joinPath(root, folder), root)) ? path : undefined;
}

/** The effect of a command of the PHP world; undefined for other commands. */
export function phpEffect(step: Step, root: string): Effect | undefined {
  const { tool, subcommand, args, operands } = step.invocation;
  const words = args.map(({ value, text }) => value ?? text);
  if (/^(?:docker-php-ext-(?:install|configure|enable)|docker-php-source|pecl|phpize)$/.test(tool ?? '')) return 'none';
  if (/^(?:a2enmod|a2dismod|a2ensite|a2dissite|a2enconf)$/.test(tool ?? '')) return 'outside';
  if (tool === 'composer') {
    if (/^(?:global|self-update|config|clear-cache|clearcache|--version|diagnose)/.test(subcommand || '--version'))
      return words.some((word) => /^(?:require|install|update)$/.test(word)) ? 'unknown' : 'none';
    const folder = folderOf(step);
    return folder !== undefined && isWithin(folder, root) && !/^(?:create-project|exec|archive)$/.test(subcommand)
      ? 'inside'
      : 'unknown';
  }
  if (isComposerSetup(step)) return 'none';
  if (/^(?:npm|npx|yarn|node)$/.test(tool ?? ''))
    return words.some((word) => /^(?:-g|--global|global)$/.test(word))
      ? 'none'
      : step.cwd !== undefined && isWithin(step.cwd, root)
        ? 'inside'
        : 'unknown';
  if (tool === 'php' && /^(?:\.\/)?(?:artisan|bin\/console)$/.test(words[0] ?? ''))
    return step.cwd !== undefined && isWithin(step.cwd, root) ? 'inside' : 'unknown';
  const paths = operands.map((word) => pathOf(step, word));
  const written = step.invocation.command.redirects
    .filter(({ operator }) => operator.includes('>'))
    .map(({ target }) => (target === undefined ? undefined : step.text(target)));
  if (
    /^(?:echo|printf)$/.test(tool ?? '') &&
    written.length > 0 &&
    written.every((path) => path !== undefined && isCopied(path))
  )
    return 'none';
  if (/^(?:cp|mv)$/.test(tool ?? '') && paths.every((path) => path !== undefined && isCopied(path))) return 'none';
  if (tool === 'sed' && words.some((word) => /^(?:-i|-\w*i$|--in-place)/.test(word))) {
    const files = paths.slice(words.includes('-e') ? 0 : 1);
    if (files.length > 0 && files.every((path) => path !== undefined && isCopied(path))) return 'none';
    if (files.length > 0 && files.every((path) => path !== undefined && /^\/etc\/apache2\//.test(path)))
      return 'outside';
  }
  return undefined;
}

function isCopied(path: string): boolean {
  return PHP_FOLDERS.some((folder) => isWithin(path, folder));
}

/** The download of Composer, which only the build starts. */
function isComposerSetup({ invocation: { tool, args, command } }: Step): boolean {
  const words = args.map(({ value, text }) => value ?? text);
  if (/^(?:curl|wget)$/.test(tool ?? ''))
    return words.some((word) => /^https?:\/\/(?:getcomposer\.org|composer\.github\.io)\//.test(word));
  const isSetup = words.every(
    (word) =>
      /^(?:--$|--(?:install-dir|filename|version|quiet|\d+)\b)/.test(word) ||
      /^(?:composer-setup\.php|\/usr(?:\/local)?\/bin\/?|composer)$/.test(word),
  );
  if (tool === 'composer-setup') return isSetup;
  if (tool === 'php')
    return (command.piped && isSetup) || /getcomposer\.org\/installer|composer-setup\.php/.test(words.join(' '));
  return (
    /^(?:mv|chmod|rm)$/.test(tool ?? '') &&
    words
      .filter((word) => !word.startsWith('-') && word !== '+x')
      .every((word) =>
        /^(?:\/usr(?:\/local)?\/bin\/composer|(?:\.\/)?composer\.phar|composer-setup\.php|\d+)$/.test(word),
      )
  );
}
