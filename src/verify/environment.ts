/**
 * Why a command of the engine failed, where neither Dockerfile is at fault: no change may be dropped for it.
 * @param log what it printed
 * @param answers whether the engine still answers
 */
export function engineProblem(log: string, answers: boolean): string | undefined {
  if (!answers) return 'the engine stopped answering';
  const full = /[^\n]{0,200}(?:no space left on device|disk quota exceeded)[^\n]{0,200}/i.exec(log);
  return full === null ? undefined : `the disk is full: ${full[0].trim()}`;
}
