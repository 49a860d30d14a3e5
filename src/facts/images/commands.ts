/**
 * Commands worth knowing that images have: those a Dockerfile might use, or install again. Not complete, so absence from
 * a list proves nothing. Sources: the distributions' image definitions and docker-library/buildpack-deps.
 */
import type { Family } from './tag.js';

export const familyCommands: Readonly<Record<Family, readonly string[]>> = {
  debian: ['apt', 'apt-get', 'bash', 'dpkg', 'gzip', 'perl', 'tar', 'useradd', 'groupadd'],
  alpine: ['adduser', 'apk', 'bzip2', 'gzip', 'nc', 'tar', 'unzip', 'vi', 'wget'],
  rhel: ['bash', 'rpm'],
  suse: ['bash', 'rpm', 'zypper'],
  arch: ['bash', 'pacman'],
  busybox: ['adduser', 'gzip', 'nc', 'tar', 'unzip', 'vi', 'wget'],
  distroless: [],
  scratch: [],
  unknown: [],
};

/** buildpack-deps:curl. */
export const curlCommands: readonly string[] = ['curl', 'gpg', 'wget'];

/** buildpack-deps:scm. */
export const scmCommands: readonly string[] = [...curlCommands, 'git', 'hg', 'ps', 'ssh', 'svn'];

/** buildpack-deps: what the images without `slim` and `alpine` of most languages build on. */
export const buildpackCommands: readonly string[] = [
  ...scmCommands,
  'autoconf',
  'automake',
  'bzip2',
  'convert',
  'file',
  'g++',
  'gcc',
  'libtool',
  'make',
  'mysql_config',
  'patch',
  'pg_config',
  'pkg-config',
  'python3',
  'unzip',
  'xz',
];
