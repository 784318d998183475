import { SkillsError } from '../errors.ts';
import { limits } from '../limits.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The text of a file that is parsed. @throws SkillsError ERR_FILE_INVALID where it is too large or not UTF-8. */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (bytes.byteLength > limits.textBytes) {
    throw new SkillsError(
      'ERR_FILE_INVALID',
      `${file}: has ${bytes.byteLength} bytes; ${limits.textBytes} are accepted`,
      { data: { file, line: 1, column: 1 } },
    );
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SkillsError('ERR_FILE_INVALID', `${file}: is not UTF-8 text`, {
      cause,
      data: { file, line: 1, column: 1, reason: 'is not UTF-8 text' },
    });
  }
}
