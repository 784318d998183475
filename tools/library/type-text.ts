import type ts from 'typescript';

/** A type as it is written, in one line, without what says only that an option may be set to undefined. */
export function typeText(node: ts.TypeNode | undefined): string {
  if (!node) return '';
  return oneLine(oneLine(node.getText()).replace(/ \| undefined$/, ''));
}

/** `name(first, second?)`: for headings. */
export function callText(name: string, parameters: readonly ts.ParameterDeclaration[]): string {
  const words = parameters.map((parameter) => `${parameter.name.getText()}${isOptional(parameter) ? '?' : ''}`);
  return `${name}(${words.join(', ')})`;
}

/** `name(first: string, second?: Options): Promise<Report>`: for code blocks. */
export function signatureText(name: string, node: ts.SignatureDeclaration): string {
  const parameters = node.parameters.map(parameterText);
  const result = node.type ? `: ${typeText(node.type)}` : '';
  const short = `${name}(${parameters.join(', ')})${result}`;
  return short.length <= 110 ? short : `${name}(\n${parameters.map((line) => `  ${line},\n`).join('')})${result}`;
}

/** `dir = '.'` where the standard value tells the type; `{}` and `[]` only say that it may be left out. */
function parameterText(parameter: ts.ParameterDeclaration): string {
  const { name, type, initializer, dotDotDotToken } = parameter;
  if (!type) return `${name.getText()}${initializer ? ` = ${initializer.getText()}` : ''}`;
  return `${dotDotDotToken ? '...' : ''}${name.getText()}${isOptional(parameter) ? '?' : ''}: ${typeText(type)}`;
}

function isOptional(parameter: ts.ParameterDeclaration): boolean {
  return parameter.questionToken !== undefined || parameter.initializer !== undefined;
}

export function oneLine(text: string): string {
  return text
    .replace(/\/\*\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/\breadonly (?=\w+\??:)/g, '')
    .replace(/; }/g, ' }')
    .trim()
    .replace(/^\((\(.*\) => [^|]*)\)$/, '$1');
}
