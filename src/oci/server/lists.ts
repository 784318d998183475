import { type Descriptor, limits, mediaTypes } from '../../core/index.ts';
import { type Answer, answerJson, refuse, unknownName } from './answer.ts';
import { type Exchange, type RepositoryExchange, withDigest } from './exchange.ts';

/** The longest page that is sent, whatever `n` asks for. */
const longestPage = 10_000;

/** end-8a and 8b: tags in byte order, in pages where `n` asks for it. */
export function listTags(exchange: RepositoryExchange): Answer {
  const { layout, name, query } = exchange;
  if (!layout.present) return unknownName(name);
  return answerPage(query, layout.tagNames(), `/v2/${name}/tags/list`, (tags) => ({ name, tags }));
}

/** `_catalog`: not in the specification any more, but what every crawler asks for. */
export function listRepositories({ registry, query }: Exchange): Answer {
  return answerPage(query, registry.repositoryNames(), '/v2/_catalog', (repositories) => ({ repositories }));
}

/** end-12a and 12b: an image index of the manifests whose subject this is; empty, never 404, where there are none. */
export function listReferrers({ layout, name, key, query }: RepositoryExchange): Answer | Promise<Answer> {
  return withDigest(key, (digest) => {
    const artifactType = query.get('artifactType') ?? undefined;
    const all = layout.referrersOf(digest, artifactType);
    const last = query.get('last');
    const rest = last === null ? all : all.slice(all.findIndex((item) => item.digest === last) + 1);
    const manifests = fitting(rest);
    const next = new URLSearchParams({
      ...(artifactType === undefined ? {} : { artifactType }),
      last: manifests.at(-1)?.digest ?? '',
    });
    return answerJson(
      200,
      { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests },
      {
        'Content-Type': mediaTypes.imageIndex,
        ...(artifactType === undefined ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
        ...(manifests.length < rest.length ? linkTo(`/v2/${name}/referrers/${digest}`, next) : {}),
      },
    );
  });
}

function answerPage(
  query: URLSearchParams,
  names: readonly string[],
  path: string,
  body: (page: readonly string[]) => object,
): Answer {
  const n = query.get('n');
  if (n !== null && !/^\d{1,15}$/.test(n)) return refuse('UNSUPPORTED', `n="${n}" is no number`, { status: 400 });
  const start = firstAfter(names, query.get('last'));
  const length = n === null ? names.length : Math.min(Number(n), longestPage);
  const page = names.slice(start, start + length);
  const more = page.length > 0 && start + length < names.length;
  const next = new URLSearchParams({ n: String(length), last: page.at(-1) ?? '' });
  return answerJson(200, body(page), more ? linkTo(path, next) : {});
}

/** The place of the first name after `last`, which itself may be gone by now. */
function firstAfter(names: readonly string[], last: string | null): number {
  if (last === null || last === '') return 0;
  let low = 0;
  for (let high = names.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((names[middle] ?? '') <= last) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As many as an index that a client reads can hold, at least one. */
function fitting(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  let size = 1024;
  const end = descriptors.findIndex((item, at) => {
    size += Buffer.byteLength(JSON.stringify(item)) + 1;
    return size > limits.manifestBytes && at > 0;
  });
  return end < 0 ? descriptors : descriptors.slice(0, end);
}

/** RFC 8288 */
function linkTo(path: string, query: URLSearchParams) {
  return { Link: `<${path}?${query}>; rel="next"` };
}
