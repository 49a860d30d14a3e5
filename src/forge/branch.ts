/** Every branch of dfix starts with it. */
const BRANCH_PREFIX = 'dfix/';

/**
 * The branch of a rewrite: the same for the same files, so that a second run finds the first one's.
 * @param scope what the pull request is about, such as a folder; all of the repository when empty
 */
export function branchName(scope: string): string {
  const slug = scope
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
    .replace(/-$/, '');
  return `${BRANCH_PREFIX}${slug === '' ? 'dockerfile' : slug}`;
}

// The rules of git check-ref-format that a name on the command line can break.

const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.@]|\/\.|[/.]$|\.lock(?:\/|$)/;

/** Whether git takes it as the name of a branch, and no word of a command can be made of it. */
export function isBranchName(name: string): boolean {
  return name !== '' && name.length <= 200 && !FORBIDDEN.test(name);
}
