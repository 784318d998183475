import { isSkillsError } from '../../core/index.ts';
import type { Call, Client } from './client.ts';
import { isTransient } from './retry.ts';
import { discard } from './transport.ts';

/** Deletes, and again where the answer got lost: what is not there any more was then deleted the time before. */
export async function deleteOnce(client: Client, call: Call): Promise<void> {
  let mayBeGone = false;
  await client.repeat(async () => {
    try {
      discard(await client.call({ ...call, repeatable: false }));
    } catch (error) {
      if (mayBeGone && isSkillsError(error, 'ERR_NOT_FOUND', 'ERR_BLOB_UNKNOWN')) return;
      mayBeGone ||= isTransient(error);
      throw error;
    }
  }, call);
}
