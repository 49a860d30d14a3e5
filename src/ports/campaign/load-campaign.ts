import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Campaign } from '../../batch/campaign.js';
import { keyPath } from '../../config/describe.js';
import { DfixError } from '../../errors.js';
import { readDockerfile } from '../read-file.js';

/**
 * Reads a campaign file.
 * @param file absolute
 * @throws DfixError with the place of the first key that is wrong, and what was expected there
 */
export async function loadCampaign(file: string, cwd: string): Promise<Campaign> {
  const name = relative(cwd, file) || file;
  if (!existsSync(file)) {
    const hint = 'write it, or name folders, addresses or an organisation (--org)';
    throw new DfixError('campaign', 'no such campaign file', { file: name, hint });
  }
  const { text } = readDockerfile(file);
  const { parseYaml } = await import('../../config/data.js');
  const parsed = parseYaml(text);
  if ('problem' in parsed) throw new DfixError('campaign', parsed.problem, { file: name, position: parsed.position });
  const { checkCampaign } = await import('../../batch/campaign.js');
  const checked = checkCampaign(parsed.value ?? {});
  if (!('length' in checked)) return checked;
  const { path, message } = checked[0]!;
  throw new DfixError('campaign', path.length === 0 ? message : `${keyPath(path)}: ${message}`, {
    file: name,
    position: parsed.locate(path),
  });
}
