// Fills a folder with one set of skills and then another, until it is killed.
import { fillDest, openStore } from '../../../src/store/index.ts';
import { addSkill } from '../support.ts';

const [home = '', dest = ''] = process.argv.slice(2);
const store = await openStore(home);
const [one, two] = [await addSkill(store, 'pdf', '1.0.0'), await addSkill(store, 'pdf', '2.0.0')];
const xls = await addSkill(store, 'xls', '1.0.0');
process.stdout.write('ready\n');
for (;;) {
  await fillDest(dest, [one, xls]);
  await fillDest(dest, [two]);
}
