import { stemWord } from './stem.ts';

// Words that people use for one thing when they look for a skill. Several words in one entry must all be there.
const groups: readonly string[] = [
  'javascript, js',
  'typescript, ts',
  'python, py',
  'golang, go',
  'csharp, dotnet',
  'kubernetes, k8s',
  'postgresql, postgres, psql',
  'mongodb, mongo',
  'database, db, sql',
  'machine learning, ml',
  'artificial intelligence, ai',
  'language model, llm',
  'amazon web services, aws',
  'google cloud, gcp',
  'infrastructure, infra',
  'continuous integration, ci',
  'authentication, auth, login',
  'configuration, config',
  'documentation, docs',
  'repository, repo',
  'spreadsheet, excel, xlsx',
  'presentation, slides, powerpoint, pptx, deck',
  'word, docx',
  'image, picture, photo',
  'chart, plot, graph, visualization',
  'email, mail',
  'summary, digest, tldr',
  'translate, localize',
  'bug, defect, debug',
  'frontend, ui',
  'accessibility, a11y',
  'internationalization, i18n',
  'markdown, md',
  'movie, film, video',
  'audio, sound',
  'ticket, issue',
  'scrape, crawl',
];

type Phrase = readonly string[];
let table: ReadonlyMap<string, readonly Phrase[]> | undefined;

/** What else a text may say for the stemmed `term`: phrases of stemmed terms, all of a phrase must be there. */
export function findSynonyms(term: string): readonly Phrase[] {
  table ??= buildTable();
  return table.get(term) ?? [];
}

function buildTable(): ReadonlyMap<string, readonly Phrase[]> {
  const result = new Map<string, Phrase[]>();
  for (const group of groups) {
    const phrases = group.split(', ').map((phrase) => phrase.split(' ').map(stemWord));
    for (const phrase of phrases) {
      const [term] = phrase;
      if (phrase.length !== 1 || term === undefined) continue;
      result.set(term, [...(result.get(term) ?? []), ...phrases.filter((other) => other !== phrase)]);
    }
  }
  return result;
}
