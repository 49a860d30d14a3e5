/** Endings of templates: a generator makes the Dockerfile from them. */
const TEMPLATE_ENDINGS = new Set(
  'j2 jinja jinja2 tmpl gotmpl template tpl erb ejs hbs mustache liquid m4 in'.split(' '),
);

/** Endings of what only stands beside a Dockerfile: leftovers of editors and merges, documents, programs, data. */
const OTHER_ENDINGS = new Set(
  (
    'dockerignore dfix orig rej bak swp swo tmp old save patch diff md markdown rst adoc txt html htm pdf png svg ' +
    'sh bash zsh fish ps1 bat cmd py rb pl js mjs cjs jsx ts mts cts tsx go rs ex exs java kt cs c cc cpp h lua vim ' +
    'json yaml yml toml xml ini cfg conf properties lock log csv sql snap map sum asc sig sha256 gz tgz zip tar'
  ).split(' '),
);

/**
 * Whether a folder search takes a file of this name for a Dockerfile: `Dockerfile`, `Dockerfile.prod`, `Dockerfile-prod`,
 * `api.Dockerfile`, and the same with `Containerfile`, in any case; not `Dockerfile.bak`, `Dockerfile.j2` or `Dockerfile.md`.
 */
export function isDockerfileName(name: string): boolean {
  const lower = name.toLowerCase();
  if (/.\.(?:docker|container)file$/.test(lower)) return true;
  const named = /^(?:(?:docker|container)file(?:$|\.)|dockerfile-)/.test(lower);
  if (!named || lower.endsWith('~') || lower.endsWith('.')) return false;
  const ending = endingOf(lower);
  return !TEMPLATE_ENDINGS.has(ending) && !OTHER_ENDINGS.has(ending);
}

/** Whether the name of a file says that it is a template. */
export function isTemplateName(path: string): boolean {
  return TEMPLATE_ENDINGS.has(endingOf(path.slice(path.lastIndexOf('/') + 1).toLowerCase()));
}

function endingOf(name: string): string {
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
}
