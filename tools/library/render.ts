import ts from 'typescript';
import { type Comment, readComment } from './comment.ts';
import { type Exported, isPrivate, type Property } from './exported.ts';
import { callText, oneLine, signatureText, typeText } from './type-text.ts';

/** The section of one exported name, in Markdown. */
export function renderExported({ name, declaration, properties }: Exported, level = 3): string {
  if (properties) return renderComputed(name, declaration, properties, level);
  if (ts.isInterfaceDeclaration(declaration)) return renderInterface(name, declaration, level);
  if (ts.isClassDeclaration(declaration)) return renderClass(name, declaration, level);
  if (ts.isFunctionDeclaration(declaration)) return renderCall(name, declaration, level);
  if (ts.isTypeAliasDeclaration(declaration)) return renderAlias(name, declaration, level);
  return parts([heading(level, name), ...commentParts(readComment(declaration.parent.parent))]);
}

function renderInterface(name: string, node: ts.InterfaceDeclaration, level: number): string {
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => oneLine(type.getText())));
  const extending = bases.length > 0 ? [`All of \`${bases.join('`, `')}\`, and:`] : [];
  return parts([heading(level, name), ...commentParts(readComment(node)), ...extending, memberTable(node.members)]);
}

function renderComputed(name: string, node: ts.Node, properties: readonly Property[], level: number): string {
  const rows = properties.map(({ name: key, type, about }) => row(key, type, about));
  return parts([heading(level, name), ...commentParts(readComment(node)), table(rows)]);
}

function renderAlias(name: string, node: ts.TypeAliasDeclaration, level: number): string {
  const comment = commentParts(readComment(node));
  if (ts.isTypeLiteralNode(node.type)) return parts([heading(level, name), ...comment, memberTable(node.type.members)]);
  const text = oneLine(node.type.getText());
  return parts([heading(level, name), ...comment, ...(text.length < 400 ? [fenced(`type ${name} = ${text}`)] : [])]);
}

/** Methods stand under the line comments that part them (`// Installation`). */
function renderClass(name: string, node: ts.ClassDeclaration, level: number): string {
  const sections: string[] = [heading(level, name), ...commentParts(readComment(node))];
  const properties = node.members.filter((member) => isShown(member) && !ts.isMethodDeclaration(member));
  const readable = properties.filter((member) => !ts.isConstructorDeclaration(member));
  const maker = node.members.find(ts.isConstructorDeclaration);
  const isWired = maker?.parameters[0]?.type?.getText() === 'Context';
  if (maker && !isWired) sections.push(fenced(signatureText(`new ${name}`, maker)));
  if (readable.length > 0) sections.push(memberTable(readable));
  let deeper = level + 1;
  for (const member of node.members) {
    if (!isShown(member) || !ts.isMethodDeclaration(member)) continue;
    const chapter = chapterBefore(member);
    if (chapter) {
      sections.push(heading(level + 1, chapter));
      deeper = level + 2;
    }
    sections.push(renderCall(methodName(member), member, deeper));
  }
  return parts(sections);
}

function isShown(member: ts.ClassElement): boolean {
  return !isPrivate(member) && !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private);
}

function methodName(member: ts.MethodDeclaration): string {
  return member.name.getText();
}

function chapterBefore(member: ts.ClassElement): string | undefined {
  const source = member.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(source, member.getFullStart()) ?? [];
  const lines = ranges.filter(({ kind }) => kind === ts.SyntaxKind.SingleLineCommentTrivia);
  return lines.map(({ pos, end }) => source.slice(pos, end).replace(/^\/\/\s*/, '')).at(-1);
}

function renderCall(name: string, node: ts.FunctionDeclaration | ts.MethodDeclaration, level: number): string {
  return parts([
    heading(level, `\`${callText(name, node.parameters)}\``),
    fenced(signatureText(name, node)),
    ...commentParts(readComment(node)),
  ]);
}

type Member = ts.TypeElement | ts.ClassElement;

function memberTable(members: readonly Member[] | ts.NodeArray<ts.TypeElement>): string {
  return table(members.filter((member) => member.name !== undefined).map(memberRow));
}

function table(rows: readonly string[]): string {
  return rows.length > 0 ? ['| name | type | |', '| --- | --- | --- |', ...rows].join('\n') : '';
}

function memberRow(member: Member): string {
  const { text, throws } = readComment(member);
  const about = [text, ...throws.map((error) => `Throws ${error}`)].filter(Boolean).map(oneLine).join(' ');
  return row(memberName(member), memberType(member), about);
}

function row(name: string, type: string, about: string): string {
  return `| \`${name}\` | ${cell(type)} | ${about.replaceAll('|', '\\|')} |`;
}

function memberName(member: Member): string {
  const name = member.name?.getText() ?? '';
  if (ts.isMethodSignature(member)) return callText(name, member.parameters);
  const optional = (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && member.questionToken;
  return `${name}${optional ? '?' : ''}`;
}

function memberType(member: Member): string {
  const typed = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) || ts.isMethodSignature(member);
  return typed || ts.isGetAccessor(member) ? typeText(member.type) : '';
}

function cell(type: string): string {
  return type ? `\`${type.replaceAll('|', '\\|')}\`` : '';
}

function commentParts({ text, throws, examples }: Comment): string[] {
  return [text, ...throws.map((error) => `Throws ${error}`), ...examples.map(fenced)].filter(Boolean);
}

export function fenced(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}

export function heading(level: number, title: string): string {
  return `${'#'.repeat(level)} ${title}`;
}

export function parts(list: readonly string[]): string {
  return list.filter(Boolean).join('\n\n');
}
