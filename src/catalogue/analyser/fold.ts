// What Unicode does not decompose although people type it without.
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'Ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};
const plainPattern = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'g');

// The combining diacritics of Latin, Greek and Cyrillic. The marks of Indic scripts and the Japanese voicing marks tell
// words apart and stay.
const diacritics = /[\u0300-\u036f]/g;
const ascii = /^[\0-\x7f]*$/;

/** `text` with compatibility forms replaced and accents removed; upper case stays, the splitter needs it (UAX #15, NFKD). */
export function foldAccents(text: string): string {
  if (isAscii(text)) return text;
  return text
    .normalize('NFKD')
    .replace(diacritics, '')
    .normalize('NFC')
    .replace(plainPattern, (letter) => plainLetters[letter] ?? letter);
}

export function isAscii(text: string): boolean {
  return ascii.test(text);
}
