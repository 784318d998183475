import type { ConvertReport } from '../../manager/index.ts';
import { formatSize } from './format.ts';
import { paint } from './style.ts';
import { formatFacts } from './table.ts';

export function formatConverted({ from, to, version, contentDigest, size, existed }: ConvertReport): string {
  return [
    `${existed ? 'Already there' : 'Converted'}: ${paint('bold', to.reference)}`,
    formatFacts([
      ['version', version],
      ['from', `${from.dialect} ${from.digest}`],
      ['to', `${to.dialect} ${to.digest}`],
      ['content', `${contentDigest} (the same in both)`],
      ['size', formatSize(size)],
    ]),
  ].join('\n');
}
