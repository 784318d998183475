import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { limits } from '../limits.ts';

/** Each alias is looked up by a walk over the whole document. */
const mostAliases = 1_000;

export interface YamlAbuse {
  readonly offset: number;
  readonly message: string;
}

/**
 * What is valid YAML and must not become a value: a key that stands twice, a list or map as a key (it would be written out
 * as text, twice as long with each level), nesting and aliases without measure. One pass, without recursion.
 */
export function findYamlAbuse(root: Node | null): YamlAbuse | undefined {
  const waiting: { node: unknown; depth: number }[] = [{ node: root, depth: 0 }];
  let aliases = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    if (isAlias(node) && ++aliases > mostAliases) return abuse(node, `it has more than ${mostAliases} aliases`);
    if (!isMap(node) && !isSeq(node)) continue;
    if (depth > limits.nesting) return abuse(node, `it is nested more than ${limits.nesting} levels deep`);
    if (isMap(node)) {
      const wrong = checkKeys(node.items.map(({ key }) => key));
      if (wrong) return wrong;
      for (const { value } of node.items) waiting.push({ node: value, depth: depth + 1 });
    } else {
      for (const item of node.items) waiting.push({ node: item, depth: depth + 1 });
    }
  }
  return undefined;
}

function checkKeys(keys: readonly unknown[]): YamlAbuse | undefined {
  const seen = new Set<string>();
  for (const key of keys) {
    if (!isScalar(key)) return abuse(key, 'A key must be text, not a list, a map or an alias');
    const name = String(key.value);
    if (seen.has(name)) return abuse(key, 'Map keys must be unique');
    seen.add(name);
  }
  return undefined;
}

function abuse(node: unknown, message: string): YamlAbuse {
  return { offset: (node as Node | null)?.range?.[0] ?? 0, message };
}
