import type { Capabilities } from '../capabilities.ts';
import type { SkillManifest } from '../manifest.types.ts';
import type { FileReport, Path } from './file-report.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the merge decides, or that belongs to no single file. */
type Merged = 'instructionsFile' | 'sources' | 'summary' | 'capabilities' | 'checksumFile';

export interface DraftFields extends Omit<SkillManifest, Merged> {
  readonly instructionsFile: string;
  /** Absent where the file says nothing of permissions; `noCapabilities` where it says that it needs none. */
  readonly capabilities: Capabilities;
}

export type DraftField = keyof DraftFields;

/** What one file says of the skill, and where it says it. */
export class Draft {
  readonly report: FileReport;
  readonly fields: Partial<Mutable<DraftFields>> = {};
  /** `default_permissions`, which hold where a skill asks for nothing itself. */
  defaultCapabilities: Capabilities | undefined;
  readonly #paths = new Map<DraftField, Path>();

  constructor(report: FileReport) {
    this.report = report;
  }

  get file(): string {
    return this.report.file;
  }

  /** Keeps a value unless it is undefined. */
  set<K extends DraftField>(field: K, value: DraftFields[K] | undefined, path: Path): void {
    if (value === undefined) return;
    this.fields[field] = value;
    this.#paths.set(field, path);
  }

  pathOf(field: DraftField): Path {
    return this.#paths.get(field) ?? [];
  }
}
