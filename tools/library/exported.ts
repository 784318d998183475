import { join } from 'node:path';
import ts from 'typescript';

/** A name that a library exports: its declaration as its author wrote it. */
export interface Exported {
  readonly name: string;
  readonly declaration: ts.Declaration;
  /** Of a type that is computed from a schema: what it comes to. */
  readonly properties?: readonly Property[];
}

export interface Property {
  readonly name: string;
  readonly type: string;
  /** Its description in the schema. */
  readonly about: string;
}

/** Descriptions of the fields of a schema, by its name in `src/api`. */
export type DescribeField = (schema: string, field: string) => string | undefined;

/** What an entry point exports, in the order of the files and places that declare it; and the comment at its top. */
export interface EntryPoint {
  readonly source: ts.SourceFile;
  readonly exported: readonly Exported[];
  /** Names of this project's types that declarations speak of and that are not exported: none, if all is well. */
  readonly hidden: readonly string[];
}

/** Reads entry points of `src`. Nothing is type-checked: names are looked up, and comments read. */
export function readEntryPoints(root: string, files: readonly string[], describeField: DescribeField): EntryPoint[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram({ rootNames: files.map((file) => join(root, file)), options });
  const checker = program.getTypeChecker();
  const found = files.map((file) => {
    const source = program.getSourceFile(join(root, file));
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} is no module`);
    const exported = checker.getExportsOfModule(module).map((symbol) => describe(checker, symbol, describeField));
    return { source, exported };
  });
  const all = found.flatMap(({ exported }) => exported);
  const named = nameInners(checker, all);
  return found.map(({ source, exported }) => ({
    source,
    exported: exported.map((one) => named(one)),
    hidden: hiddenNames(checker, exported, all),
  }));
}

function describe(checker: ts.TypeChecker, symbol: ts.Symbol, describeField: DescribeField): Exported {
  const { name } = symbol;
  const declaration = resolveSymbol(checker, symbol).declarations?.[0];
  if (!declaration) throw new Error(`${name} has no declaration`);
  if (!isComputed(declaration)) return { name, declaration };
  const schema = /typeof schemas\.(\w+)/.exec(declaration.type.getText())?.[1] ?? '';
  const properties = checker
    .getTypeAtLocation(declaration)
    .getProperties()
    .map((property) => ({
      name: property.name,
      type: checker.typeToString(checker.getTypeOfSymbol(property), declaration, ts.TypeFormatFlags.NoTruncation),
      about: describeField(schema, property.name) ?? '',
    }));
  return { name, declaration, properties };
}

/** Computed types are spelled out where others hold them: this puts their names there instead. */
function nameInners(checker: ts.TypeChecker, all: readonly Exported[]): (one: Exported) => Exported {
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  const spelled = all.flatMap(({ name, declaration, properties }) =>
    properties ? [[name, checker.typeToString(checker.getTypeAtLocation(declaration), undefined, flags)] as const] : [],
  );
  const shorten = (type: string) => spelled.reduce((text, [name, long]) => text.replaceAll(long, name), type);
  return (one) =>
    one.properties
      ? { ...one, properties: one.properties.map((property) => ({ ...property, type: shorten(property.type) })) }
      : one;
}

/** `z.output<typeof schemas.x>`, `List['key'][number]`: says nothing to a reader. */
function isComputed(declaration: ts.Declaration): declaration is ts.TypeAliasDeclaration {
  if (!ts.isTypeAliasDeclaration(declaration)) return false;
  return ts.isIndexedAccessTypeNode(declaration.type) || declaration.type.getText().startsWith('z.output');
}

function resolveSymbol(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function hiddenNames(checker: ts.TypeChecker, exported: readonly Exported[], all: readonly Exported[]): string[] {
  const shown = new Set(all.map(({ declaration }) => declaration));
  const hidden = new Set<string>();
  for (const { declaration, properties } of exported) {
    if (properties) continue;
    for (const name of typeNamesIn(declaration)) {
      const symbol = checker.getSymbolAtLocation(name);
      const target = symbol && resolveSymbol(checker, symbol).declarations?.[0];
      if (!target || shown.has(target) || ts.isTypeParameterDeclaration(target)) continue;
      if (!isOfPackage(target)) hidden.add(name.getText());
    }
  }
  return [...hidden].sort();
}

function isOfPackage(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes('/node_modules/');
}

/** The names of types in what others see of a declaration: not in bodies, not in private members. */
function typeNamesIn(declaration: ts.Declaration): ts.EntityName[] {
  const names: ts.EntityName[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isBlock(node) ||
      isPrivate(node) ||
      (ts.isConstructorDeclaration(node) && ts.isClassLike(node.parent) && isWired(node))
    )
      return;
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return names;
}

/** A constructor that takes the manager's own context is not for applications: the manager makes such objects. */
function isWired(node: ts.ConstructorDeclaration): boolean {
  return node.parameters[0]?.type?.getText() === 'Context';
}

export function isPrivate(node: ts.Node): boolean {
  const named = ts.isPropertyDeclaration(node) || ts.isMethodDeclaration(node);
  return named && ts.isPrivateIdentifier(node.name);
}
