const words =
  'a an and any are as at be by can do does for from have how i if in into is it its me my of on or so some such than that the their them then there these they this to use used uses using via was we what when where which who will with you your';

const stopWords: ReadonlySet<string> = new Set(words.split(' '));

/** Whether `word`, lower case and not stemmed, says nothing about what a skill does. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}
