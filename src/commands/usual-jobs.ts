/** From so many on, threads are done sooner than one, whose code V8 has to compile only once. */
const FILES_FOR_THREADS = 400;
/** Each thread takes memory of its own. */
const MOST_USUAL_JOBS = 4;

/**
 * How many threads rewrite so many files, where the user does not say.
 * @param cores how many threads the machine runs beside one another, asked for only where it matters
 */
export async function usualJobs(files: number, cores: () => Promise<number>): Promise<number> {
  return files < FILES_FOR_THREADS ? 1 : Math.min(MOST_USUAL_JOBS, await cores());
}
