/**
 * Scopes of the token protocol, `type:name:action,action` (distribution, "Token Scope Documentation"): one entry a
 * resource, actions united, in a stable order.
 */
export function mergeScopes(...lists: readonly (readonly string[])[]): string[] {
  const actions = new Map<string, Set<string>>();
  for (const scope of lists.flat()) {
    const [resource, wanted] = split(scope);
    const known = actions.get(resource) ?? new Set();
    for (const action of wanted) known.add(action);
    actions.set(resource, known);
  }
  return [...actions].map(([resource, wanted]) => `${resource}:${[...wanted].sort().join(',')}`).sort();
}

/** Whether a token for `held` is good for `wanted` too. */
export function coversScopes(held: readonly string[], wanted: readonly string[]): boolean {
  const actions = new Map(held.map(split));
  return wanted.every((scope) => {
    const [resource, needed] = split(scope);
    const granted = actions.get(resource);
    return granted !== undefined && needed.every((action) => granted.includes(action));
  });
}

export const pull = (repository: string): string => `repository:${repository}:pull`;
export const push = (repository: string): string => `repository:${repository}:pull,push`;
export const remove = (repository: string): string => `repository:${repository}:delete,pull`;
export const listCatalogue = 'registry:catalog:*';

// The name may hold a colon (a host with a port), so the actions are what follows the last one.
function split(scope: string): [string, string[]] {
  const colon = scope.lastIndexOf(':');
  return [
    scope.slice(0, colon),
    scope
      .slice(colon + 1)
      .split(',')
      .filter(Boolean),
  ];
}
