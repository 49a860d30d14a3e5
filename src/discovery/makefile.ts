import { scriptBuilds, type ScriptBuild } from './shell-builds.js';

/**
 * The build commands in the recipes of a Makefile; each recipe line has a shell of its own.
 * @param folder where make runs
 */
export function makefileBuilds(text: string, path: string, folder: string): readonly ScriptBuild[] {
  const builds: ScriptBuild[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const recipe = recipeText(lines[index]!);
    if (recipe === undefined) continue;
    const first = index;
    const parts = [recipe];
    while (/\\\r?$/.test(lines[index]!) && index + 1 < lines.length) parts.push(lines[++index]!.replace(/^\t/, ''));
    const script = toShell(parts.join('\n').replace(/^[ \t]*[@+-]+/, ''));
    for (const build of scriptBuilds(script, path, folder)) builds.push({ ...build, line: first + build.line });
  }
  return builds;
}

/** The command part of a recipe line: after a tab, or after the `;` of `target: prerequisites ; command`. */
function recipeText(line: string): string | undefined {
  if (line.startsWith('\t')) return line.slice(1);
  const semicolon = line.indexOf(';');
  const rule = line.slice(0, Math.max(0, semicolon));
  return rule.includes(':') && !/^\s|[=#]/.test(rule) ? line.slice(semicolon + 1) : undefined;
}

/** Make's `$(NAME)` as the shell's `${NAME}`, calls of functions as a variable nobody sets, `$$` as `$`. */
function toShell(recipe: string): string {
  return recipe.replace(
    /\$(\$|\((\w+)\)|\{(\w+)\}|\([^()]*\))/g,
    (_all, form: string, round?: string, curly?: string) => {
      if (form === '$') return '$';
      if (round === 'CURDIR' || curly === 'CURDIR') return '${PWD}';
      return `\${${round ?? curly ?? '_make_function'}}`;
    },
  );
}
