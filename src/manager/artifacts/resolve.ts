import type { Digest } from '../../core/index.ts';
import type { Context } from '../context.ts';
import { openEndpoint, resolveEndpoint } from './endpoint.ts';

export interface ResolveReport {
  /** By digest. */
  readonly reference: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly size: number;
}

export async function resolve(context: Context, reference: string): Promise<ResolveReport> {
  const endpoint = await openEndpoint(context, reference);
  const { digest, mediaType, size } = await resolveEndpoint(context, endpoint);
  return { reference: endpoint.describe(digest), digest, mediaType, size };
}
