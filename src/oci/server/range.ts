/** Bytes `start` to `end`, inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What of `size` bytes a Range header asks for (RFC 9110, 14.1.2). Undefined is the whole: no header, one that cannot be
 * read, or several ranges, which a server may answer so. A range that ends before it begins is refused (14.2 leaves the choice).
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : 'unsatisfiable';
}

function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  return length > 0 && size > 0 ? { start: Math.max(0, size - length), end: size - 1 } : 'unsatisfiable';
}

/** The Content-Range of a chunk, `<first>-<last>` (distribution-spec, "Pushing a blob in chunks"). */
export function parseChunkRange(header: string): ByteRange | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(header);
  const range = match && { start: Number(match[1]), end: Number(match[2]) };
  return range && range.end >= range.start ? range : undefined;
}
