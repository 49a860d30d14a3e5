import { toolNamed } from '../shell/model/index.js';
import { fixedPart } from './globs.js';
import { isWithin } from './paths.js';

/**
 * Folders that distributions leave to whoever runs the machine, so that no package puts files below them and no program
 * of the system looks there (Filesystem Hierarchy Standard 3.0; Debian policy 9.1): a folder of one's own in each.
 */
const PRIVATE =
  /^\/(?:usr\/src|usr\/local\/src|opt|srv|home\/[^/]+|root|tmp|var\/(?:www|task|app|opt)|mnt)\/[^/.][^/]*/;

/** Folders of the application that are named as such in other places. */
const APPLICATION = /^\/(?:usr|usr\/local|var|home)\/(?:app|apps|application|project|code|workspace)(?:\/|$)/;

/** Where package managers of distributions and languages put files whatever the packages are. */
export const BROAD = /^\/(?:usr|opt|srv|home|root|var|tmp|etc|run|boot|s?bin|lib\w*|var\/lib)\/\*\*$/;

/** Packages that put a page of their own where web servers look. */
const WEB_SERVER = /apache|httpd|nginx|lighttpd|php|caddy|wordpress|nagios|munin|cacti|awstats|mediawiki|drupal|\$/;

/** Names that maintainer scripts call and that no model knows. */
const MAINTAINER_PROGRAM =
  /^(?:update|deb|dpkg|apt|apk|rpm|pip|py|python|perl|ruby|node|npm|php|java|systemd|deb-systemd|invoke|rc|ucf|add|del|install|gtk|gdk|glib|fc|x?dg|ld|gcc|cc|c\+\+|g\+\+)|config$/;

/**
 * Whether what is below a path is nobody's but the file's author's: packages that are installed write nothing there, and
 * their scripts read nothing there.
 * @param path an absolute glob
 * @param packages the names of what is installed, where that is known
 */
export function isPrivate(path: string, packages: readonly string[]): boolean {
  const folder = fixedPart(path);
  const program = /^\/usr\/local\/s?bin\/([^/]+)$/.exec(folder)?.[1];
  if (program !== undefined)
    return (
      toolNamed(program) === undefined &&
      !MAINTAINER_PROGRAM.test(program) &&
      !packages.some((name) => name === program)
    );
  if (isWithin(folder, '/var/www') && packages.some((name) => WEB_SERVER.test(name))) return false;
  return PRIVATE.test(folder) || APPLICATION.test(folder);
}
