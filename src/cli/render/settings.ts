import type { NamedRegistry } from '../../manager/index.ts';
import { formatTable } from './table.ts';

export function formatRegistries(registries: readonly NamedRegistry[]): string {
  const rows = registries.map((registry) => [
    registry.default ? '*' : '',
    registry.name,
    registry.url,
    registry.scopes.join(', '),
    registry.index ?? '',
    registry.from,
  ]);
  return formatTable(['', 'NAME', 'PREFIX', 'SCOPES', 'INDEX', 'FROM'], rows);
}

export function formatSettings(settings: Readonly<Record<string, string>>): string {
  return formatTable(['KEY', 'VALUE'], Object.entries(settings));
}
