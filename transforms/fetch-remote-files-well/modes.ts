/** What BuildKit gives a file that ADD downloads. */
export const DOWNLOADED = 0o600;
const UMASK = 0o022;

/** The mode of a plain file after chmod, octal without a leading zero; undefined for modes that are not read here. */
export function modeAfter(mode: string, before: number): string | undefined {
  if (/^0?[0-7]{3}$/.test(mode)) return mode.replace(/^0/, '');
  let bits = before;
  for (const clause of mode.split(',')) {
    const parts = /^([ugoa]*)((?:[+=-][rwx]*)+)$/.exec(clause);
    if (parts === null) return undefined;
    const who = parts[1]!;
    const reach = who === '' ? 0o777 & ~UMASK : whoBits(who);
    for (const [, operator, permissions] of parts[2]!.matchAll(/([+=-])([rwx]*)/g)) {
      const given = permissionBits(permissions!) & reach;
      if (operator === '+') bits |= given;
      else if (operator === '-') bits &= ~given;
      else bits = (bits & ~(who === '' ? 0o777 : reach)) | given;
    }
  }
  return bits.toString(8).padStart(3, '0');
}

function whoBits(who: string): number {
  const each: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
  return [...who].reduce((bits, one) => bits | each[one]!, 0);
}

function permissionBits(permissions: string): number {
  const each: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };
  return [...permissions].reduce((bits, one) => bits | each[one]!, 0);
}
