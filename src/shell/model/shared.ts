/** Variables that programs with network access read: curl(1), wget(1), git-config(1). */
export const PROXY = [
  'http_proxy',
  'https_proxy',
  'ftp_proxy',
  'all_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'FTP_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/** Where packages of a distribution put files; their scripts write there too. */
export const SYSTEM = [
  '/usr/**',
  '/etc/**',
  '/var/**',
  '/lib/**',
  '/lib32/**',
  '/lib64/**',
  '/libx32/**',
  '/bin/**',
  '/sbin/**',
  '/opt/**',
  '/srv/**',
  '/run/**',
  '/boot/**',
  '/home/**',
  '/root/**',
  '/tmp/**',
] as const;

/** The tables of users and groups and what goes with them. */
export const ACCOUNTS = [
  '/etc/passwd*',
  '/etc/shadow*',
  '/etc/group*',
  '/etc/gshadow*',
  '/etc/subuid*',
  '/etc/subgid*',
  '/etc/.pwd.lock',
] as const;

/** Where language package managers install for the whole system. */
export const LOCAL = ['/usr/**', '/opt/**', '/var/lib/**', '~/.local/**', '~/.cache/**', '~/.config/**'] as const;

/** A use without effect on files or network. */
export const NOTHING = { operands: 'text' } as const;

/** Asked for its version or help, a tool does nothing else. */
export const VERSION_MODES = { '--version': '--version', '--help': '--version' } as const;
