import type { Dockerfile, Stage } from '../dockerfile/index.js';

/** The services whose containers are of one of these stages, or of the last one where they name none. */
export function servicesIn<T extends { readonly target: string | undefined }>(
  { stages }: Dockerfile,
  among: readonly Stage[],
  services: readonly T[],
): readonly T[] {
  return services.filter(({ target }) =>
    among.some(({ name, index }) => (target === undefined ? index === stages.length - 1 : name === target)),
  );
}
