// POSIX.1-2017, pax, "ustar Interchange Format" and "pax Interchange Format".

export const tarBlockSize = 512;

/** Byte offsets and lengths of the header fields that are read or written. */
export const tarFields = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

export const tarTypes = {
  file: '0',
  oldFile: '\0',
  hardLink: '1',
  link: '2',
  characterDevice: '3',
  blockDevice: '4',
  folder: '5',
  fifo: '6',
  contiguous: '7',
  paxGlobal: 'g',
  pax: 'x',
  gnuLongLink: 'K',
  gnuLongName: 'L',
} as const;

export const tarMagic = { posix: 'ustar\x0000', gnu: 'ustar  \0' } as const;

/** The sum of all bytes of a header, its own field counted as spaces. */
export function tarChecksum(block: Uint8Array): number {
  const [start, length] = tarFields.checksum;
  let sum = length * 32;
  for (let index = 0; index < tarBlockSize; index++) sum += block[index] ?? 0;
  for (let index = start; index < start + length; index++) sum -= block[index] ?? 0;
  return sum;
}

/** Bytes that fill the last block of a body. */
export function tarPadding(size: number): number {
  return (tarBlockSize - (size % tarBlockSize)) % tarBlockSize;
}
