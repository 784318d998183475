import type { FileReport } from '../reading/file-report.ts';

const value = /^(\s*)(?:- +)?(?:[\w-]+:[ \t]+)?([[{&*!]|[|>][+-]?\d*[ \t]*$)/;

const names: Readonly<Record<string, string>> = {
  '[': 'a list in brackets',
  '{': 'a map in braces',
  '&': 'an anchor',
  '*': 'an alias',
  '!': 'a tag',
};

/**
 * Reports YAML that skills-ref refuses although agents read it: it parses frontmatter with StrictYAML, which has no
 * flow style, anchors, aliases or tags. `lineOffset` lines stand above the YAML in its file.
 */
export function checkStrictYaml(yaml: string, lineOffset: number, report: FileReport): void {
  let blockIndent: number | undefined;
  for (const [index, line] of yaml.split(/\r?\n/).entries()) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (blockIndent !== undefined && indent > blockIndent) continue;
    blockIndent = undefined;
    const sign = value.exec(line)?.[2];
    if (sign === undefined) continue;
    const name = names[sign];
    if (name === undefined) {
      blockIndent = indent;
      continue;
    }
    const place = { line: index + 1 + lineOffset, column: line.indexOf(sign) + 1 };
    report.addAt(place, 'warning', 'skill-md/strict-yaml', `the frontmatter has ${name}, which skills-ref refuses`, {
      mend: sign === '[' ? 'write the list with one "- " line an entry' : 'write it without',
    });
  }
}
