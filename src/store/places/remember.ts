import type { PlaceRecords } from './records.ts';

/** Keeps what was learned while looking; a store that cannot be written just looks again. */
export function saveRecords(records: PlaceRecords): void {
  try {
    records.save();
  } catch {
    // see above
  }
}
