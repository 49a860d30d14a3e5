import { argumentText, type Instruction } from '../../../src/dockerfile/index.js';
import type { Subject } from '../types.js';

/** Programs and modules that a virtual environment has elsewhere. */
export const ABSOLUTE =
  /\/usr\/(?:local\/)?(?:bin\/(?:python|pip|gunicorn|uvicorn|celery|flask|uwsgi|supervisord|django-admin)|lib\/python)/;
/** Shells that set PATH anew. */
export const LOGIN =
  /(?<![\w.-])(?:(?:ba|da)?sh["',\s]+(?:-[a-km-z]*l[a-z]*|--login)|su["',\s]+(?:-|-l|--login))(?=["',\s]|$)/m;
const IN_LOCAL = /(?<![\w.])\/usr\/local\/bin\/[\w.-]+/g;

/** Why what the container starts would not find a virtual environment: a path that pip gave it, or a PATH of its own. */
export function guardStarts({ stage, files, services }: Subject): string | undefined {
  const started = [
    ...stage.instructions
      .filter(({ keyword }) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(keyword))
      .map((one) => ({ what: nameOf(one), text: argumentText(one) })),
    ...services.flatMap(({ what, starts }) => starts.map((text) => ({ what, text }))),
  ];
  const lost = started.find(({ text }) => LOGIN.test(text));
  if (lost !== undefined) return `${lost.what} starts a login shell, which loses the PATH of the container`;
  const moved = started.find(({ text }) => [...text.matchAll(IN_LOCAL)].some(([path]) => !files.has(path)));
  return moved === undefined ? undefined : elsewhere(moved.what);
}

export function elsewhere(what: string): string {
  return `${what} names Python or a package by a path that a virtual environment has elsewhere`;
}

export function nameOf({ keyword, lines }: Instruction): string {
  return `${keyword} at line ${lines.first}`;
}
