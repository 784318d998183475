import { type Cancellable, isSkillsError, toSkillsError } from '../../core/index.ts';
import type { RemoteRegistry } from '../registry/index.ts';
import { probeApi, probeConnection, probeLogin } from './connection.ts';
import { probeDigests, probeRanges, probeTrust } from './content.ts';
import { type Cleaned, cleanUp } from './deleting.ts';
import { probeCatalogue, probeReferrers, probeSignatures, probeTags } from './lists.ts';
import { findProduct, type RegistryProduct, showsBundles } from './product.ts';
import { findSample } from './sample.ts';
import { Scratch } from './scratch.ts';
import { type NamedProbe, no, type Probing, type RegistryFinding, type Seen, unknown } from './types.ts';
import {
  probeChunks,
  probeLargeUpload,
  probeMount,
  probeMovingTags,
  probePush,
  probeReadBack,
  probeSubject,
} from './writing.ts';

export interface ProbeOptions extends Cancellable {
  /** Repository prefix that is looked at; '' for the whole registry. */
  readonly prefix?: string | undefined;
  /** Push a small artifact into `<prefix>/skills-probe`, and remove it again. */
  readonly write?: boolean | undefined;
}

export interface ProbeReport {
  /** Its make, where it can be told. */
  readonly product?: RegistryProduct;
  readonly findings: readonly RegistryFinding[];
  /** What was looked at, `repository[:tag]`; absent where nothing was found. */
  readonly sample?: string;
  /** What was written and could not be removed, in words. */
  readonly left: readonly string[];
}

/** Name of the repository that is written to. */
const scratchName = 'skills-probe';

const reading: readonly NamedProbe[] = [
  { id: 'connection', title: 'Connection', run: probeConnection },
  { id: 'api', title: 'Registry API', run: probeApi },
  { id: 'login', title: 'Login', run: probeLogin },
  { id: 'tags', title: 'Tags in pages', run: probeTags },
  { id: 'catalogue', title: 'Catalogue', run: probeCatalogue },
  { id: 'digests', title: 'Digests by HEAD', run: probeDigests },
  { id: 'ranges', title: 'Parts of blobs', run: probeRanges },
  { id: 'referrers', title: 'Referrers API', run: probeReferrers },
  { id: 'signatures', title: 'Signatures', run: probeSignatures },
  { id: 'trust', title: 'Content trust', run: probeTrust },
];

type WritingProbe = (scratch: Scratch) => Promise<Seen>;
const writing: readonly (readonly [id: string, title: string, run: WritingProbe])[] = [
  ['push', 'Pushing', probePush],
  ['largeUpload', 'Large uploads', probeLargeUpload],
  ['chunks', 'Uploads in chunks', probeChunks],
  ['mount', 'Mounting blobs', probeMount],
  ['subject', 'Keeping referrers', probeSubject],
  ['trust', 'Content trust', probeReadBack],
  ['movingTags', 'Moving tags', probeMovingTags],
];

/**
 * Finds out what a registry can do, by asking. Reads only, unless `write` is set.
 *
 * @throws SkillsError ERR_NETWORK, ERR_INSECURE where the registry cannot be reached at all; any other failure is a finding.
 */
export async function probeRegistry(registry: RemoteRegistry, options: ProbeOptions = {}): Promise<ProbeReport> {
  const { prefix = '', signal, write } = options;
  const first = await registry.ask({ method: 'GET', path: '/v2/', asNobody: true, signal });
  const sample = await findSample(registry, prefix, { signal }).catch(passOver);
  const name = prefix === '' ? scratchName : `${prefix}/${scratchName}`;
  const probing: Probing = { registry, prefix, sample, repository: sample?.repository ?? name, signal };
  const product = await findProduct(probing, first.headers).catch(passOver);
  const findings: RegistryFinding[] = [];
  for (const { id, title, run } of reading) findings.push({ id, title, ...(await attempt(() => run(probing))) });
  const written = write ? await probeWriting(new Scratch(probing, name)) : { findings: [], left: [] };
  return {
    ...(product ? { product } : {}),
    findings: advise(joined(findings, written.findings), product),
    ...(sample ? { sample: `${sample.repository}${sample.tag === undefined ? '' : `:${sample.tag}`}` } : {}),
    left: written.left,
  };
}

async function probeWriting(
  scratch: Scratch,
): Promise<{ findings: readonly RegistryFinding[]; left: readonly string[] }> {
  let findings: readonly RegistryFinding[] = [];
  let cleaned: Cleaned | undefined;
  try {
    findings = await writeAll(scratch);
  } finally {
    cleaned = await cleanUp(scratch);
  }
  const { tags, manifests, blobs, left } = cleaned;
  return {
    findings: [
      ...findings,
      { id: 'deleteTags', title: 'Deleting tags', ...tags },
      { id: 'deleteManifests', title: 'Deleting manifests', ...manifests },
      { id: 'deleteBlobs', title: 'Deleting blobs', ...blobs },
    ],
    left,
  };
}

async function writeAll(scratch: Scratch): Promise<readonly RegistryFinding[]> {
  const findings: RegistryFinding[] = [];
  let works = true;
  for (const [id, title, run] of writing) {
    const seen = works ? await attempt(() => run(scratch)) : unknown('not tried: nothing could be pushed');
    if (id === 'push' && seen.answer !== 'yes') works = false;
    findings.push({ id, title, ...seen });
  }
  return findings;
}

/** A probe that fails says so; it never stops the others. */
async function attempt(run: () => Promise<Seen>): Promise<Seen> {
  try {
    return await run();
  } catch (error) {
    const failure = toSkillsError(error);
    if (failure.code === 'ERR_INTERRUPTED') throw failure;
    const seen = failure.code === 'ERR_UNAUTHORISED' ? no : unknown;
    return seen(failure.message, failure.hint);
  }
}

/** What only helps the probes may fail; the probes say why. */
function passOver(error: unknown): undefined {
  if (isSkillsError(error, 'ERR_INTERRUPTED')) throw error;
}

/** What was tried by writing says more than what was seen by reading. */
function joined(read: readonly RegistryFinding[], written: readonly RegistryFinding[]): readonly RegistryFinding[] {
  const better = new Map(written.filter(({ answer }) => answer !== 'unknown').map((finding) => [finding.id, finding]));
  const ids = new Set(read.map(({ id }) => id));
  return [...read.map((finding) => better.get(finding.id) ?? finding), ...written.filter(({ id }) => !ids.has(id))];
}

const harborHint =
  'Harbor shows sigstore bundles as signatures since 2.15; before that, only those that cosign keeps under tags';

function advise(
  findings: readonly RegistryFinding[],
  product: RegistryProduct | undefined,
): readonly RegistryFinding[] {
  if (product?.name !== 'Harbor' || showsBundles(product) === true) return findings;
  return findings.map((finding) => (finding.id === 'signatures' ? { ...finding, hint: harborHint } : finding));
}
