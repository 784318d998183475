/** Where the API begins. */
export const apiPrefix = '/api/v1';

/** The path of a skill, of one of its versions, or of that version's package. A name may hold slashes: it is encoded. */
export function skillPath(name: string, version?: string, part?: 'download'): string {
  const segments = ['skills', name, ...(version === undefined ? [] : [version]), ...(part === undefined ? [] : [part])];
  return `${apiPrefix}/${segments.map(encodeURIComponent).join('/')}`;
}
