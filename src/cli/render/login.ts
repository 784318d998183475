import type { LoginReport, LogoutReport, StoredCredentials } from '../../manager/index.ts';

export function formatLoginReport({ registry, username, stored }: LoginReport): string {
  return `Logged in to ${registry}${username === undefined ? '' : ` as ${username}`}\nKept ${describePlace(stored)}`;
}

export function formatLogoutReport({ registry, removed }: LogoutReport): string {
  if (removed.length === 0) return `Not logged in to ${registry}`;
  return [`Logged out of ${registry}`, ...removed.map((place) => `Was kept ${describePlace(place)}`)].join('\n');
}

function describePlace({ kind, file, helper }: StoredCredentials): string {
  return kind === 'helper' ? `by the credential helper "${helper}" (${file})` : `in ${file}`;
}
