import ts from 'typescript';

/** A documentation comment, taken apart. */
export interface Comment {
  readonly text: string;
  /** What `@throws` says, one entry each. */
  readonly throws: readonly string[];
  /** Code of `@example`. */
  readonly examples: readonly string[];
}

/** The last documentation comment before a node. */
export function readComment(node: ts.Node): Comment {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const doc = docs.at(-1);
  const tags = doc?.tags ?? [];
  const textsOf = (name: string) => tags.filter(({ tagName }) => tagName.text === name).map(textOf);
  return { text: doc ? textOf(doc) : '', throws: textsOf('throws').map(withoutClass), examples: textsOf('example') };
}

/** The comment at the top of a file, which documents the module. */
export function readFileComment(source: ts.SourceFile): Comment {
  const first = source.statements[0];
  return first ? readComment(first) : { text: '', throws: [], examples: [] };
}

function textOf(node: ts.JSDoc | ts.JSDocTag): string {
  const { comment = '' } = node;
  const parts = typeof comment === 'string' ? [comment] : comment.map(linkOrText);
  return parts.join('').trim();
}

function linkOrText(part: ts.JSDocComment): string {
  const isLink = ts.isJSDocLink(part) || ts.isJSDocLinkCode(part);
  return isLink ? `\`${part.name?.getText() ?? part.text}\`` : part.text;
}

/** `@throws SkillsError ERR_X …`: the class goes without saying. */
function withoutClass(text: string): string {
  return text.replace(/^SkillsError\s+/, '');
}
