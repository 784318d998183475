import type { z } from 'zod';
import { canonicalJson } from '../../core/index.ts';
import { type Capabilities, noCapabilities, type CapabilityBounds as Stated } from '../capabilities.ts';
import { compact, compactOrNothing } from '../reading/compact.ts';
import type { Draft } from '../reading/draft.ts';
import type { FileReport, Path } from '../reading/file-report.ts';
import type { capabilityTable, permissions, sandbox } from '../schemas/capabilities.ts';

/** A spelling of the permissions in a file, and where it stands. */
interface Spelling {
  readonly path: Path;
  readonly stated: Stated | undefined;
}

interface Permissions {
  readonly table?: z.infer<typeof capabilityTable> | undefined;
  readonly permissions?: z.infer<typeof permissions> | undefined;
  readonly sandbox?: z.infer<typeof sandbox> | undefined;
  readonly defaults?: z.infer<typeof permissions> | undefined;
}

/**
 * Makes one capability model of the spellings in a file. Those that contradict each other are an error naming both
 * places; `default_permissions` stay apart, since they hold only where nothing else is stated.
 */
export function setCapabilities(draft: Draft, asked: Permissions): void {
  const spellings: Spelling[] = [
    { path: ['capabilities'], stated: fromTable(asked.table) },
    { path: ['security', 'permissions'], stated: fromPermissions(asked.permissions) },
    { path: ['sandbox'], stated: fromSandbox(asked.sandbox) },
  ];
  const present = spellings.filter(({ stated }) => stated !== undefined);
  reportContradictions(present, draft.report);
  const [first] = present;
  if (first) {
    const merged: Stated = Object.assign({}, ...present.toReversed().map(({ stated }) => stated));
    draft.set('capabilities', toCapabilities(merged), first.path);
  }
  const defaults = fromPermissions(asked.defaults);
  if (defaults) draft.defaultCapabilities = toCapabilities(defaults);
}

/** The bounds that config.json's `security` sets; undefined where it sets none. */
export function readBounds(value: z.infer<typeof permissions> | undefined): Stated | undefined {
  return fromPermissions(value);
}

function reportContradictions(spellings: readonly Spelling[], report: FileReport): void {
  for (const [index, { path, stated }] of spellings.entries()) {
    for (const other of spellings.slice(index + 1)) {
      const field = contradiction(stated ?? {}, other.stated ?? {});
      if (field === undefined) continue;
      const [here, there] = [path.join('.'), other.path.join('.')];
      report.error(
        'capabilities/disagree',
        other.path,
        `${there} and ${here} (${report.placeOf(path)}) contradict each other on ${field}`,
        { mend: `keep one of them; ${here} is the clearer spelling` },
      );
    }
  }
}

function contradiction(a: Stated, b: Stated): string | undefined {
  return (Object.keys(a) as (keyof Stated)[]).find(
    (key) => key in b && canonicalJson(a[key]) !== canonicalJson(b[key]),
  );
}

function fromTable(table: z.infer<typeof capabilityTable> | undefined): Stated | undefined {
  if (!table) return undefined;
  const { terminal_exec: exec } = table;
  const commands = exec?.commands ?? [];
  // skill.toml: an empty list of commands means all of them
  const allowed = exec?.allowed === false ? [] : commands.length > 0 ? commands : ('any' as const);
  return compact({
    commands: exec && (exec.allowed === undefined && commands.length === 0 ? [] : allowed),
    blocked: exec?.blocked,
    read: table.filesystem_read,
    write: table.filesystem_write,
    net: table.network,
    env: table.env_read,
    secrets: table.secrets_access,
    spawn: table.process_spawn,
    wasm: table.wasm_host,
  });
}

function fromPermissions(value: z.infer<typeof permissions> | undefined): Stated | undefined {
  if (!value) return undefined;
  return compact({
    commands: value.commands,
    read: value.file_read,
    write: value.file_write,
    net: toHosts(value.network_access),
    env: value.env_read,
    secrets: value.secrets_access,
    spawn: value.process_spawn,
  });
}

/** `allowed_paths` are read, and written too where `allow_file_write` says so. */
function fromSandbox(value: z.infer<typeof sandbox> | undefined): Stated | undefined {
  if (!value) return undefined;
  const writes = value.allow_file_write;
  return compactOrNothing({
    read: value.allowed_paths,
    write: writes === undefined ? undefined : writes ? (value.allowed_paths ?? []) : [],
    net: toHosts(value.allow_network),
  });
}

function toHosts(value: boolean | readonly string[] | undefined): readonly string[] | 'any' | undefined {
  if (typeof value !== 'boolean') return value;
  return value ? 'any' : [];
}

function toCapabilities(stated: Stated): Capabilities {
  return {
    exec: { commands: stated.commands ?? [], blocked: stated.blocked ?? [] },
    fs: { read: stated.read ?? [], write: stated.write ?? [] },
    net: stated.net ?? noCapabilities.net,
    env: stated.env ?? [],
    secrets: stated.secrets ?? false,
    spawn: stated.spawn ?? false,
    wasm: stated.wasm ?? [],
  };
}
