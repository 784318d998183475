import type { SkillFolder } from '../files/folder.types.ts';
import { planTar } from './plan.ts';
import { writeTar } from './write.ts';

/** The tar of a folder, uncompressed, in pieces that are valid only until the next one is asked for. */
export function tarOf(folder: Pick<SkillFolder, 'files'>, name: string): Generator<Buffer> {
  return writeTar(planTar(name, folder.files), () => {});
}
