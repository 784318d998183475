import { expect } from 'chai';
import {
  type ByteStream,
  type Descriptor,
  isSkillsError,
  passOn,
  readAll,
  sha256,
  streamOf,
  TrustError,
  verified,
} from '../../src/core/index.ts';

const bytes = Buffer.from('some content');
const descriptor: Descriptor = { mediaType: 'application/x', digest: sha256(bytes), size: bytes.byteLength };

async function fails(stream: ByteStream, message: RegExp): Promise<void> {
  const error = await readAll(stream, 1000).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(TrustError);
  expect(isSkillsError(error, 'ERR_DIGEST_MISMATCH')).to.equal(true);
  expect(String(error)).to.match(message);
}

describe('verified', () => {
  it('passes content through, in whatever pieces it comes', async () => {
    for (const pieces of [[bytes], [bytes.subarray(0, 3), bytes.subarray(3)], [Buffer.of(), bytes]]) {
      const all = await readAll(verified(streamOf(...pieces), descriptor, 'here'), 1000);
      expect(Buffer.from(all).equals(bytes)).to.equal(true);
    }
  });

  it('fails where content is altered, longer or shorter, and says where', async () => {
    await fails(
      verified(streamOf(Buffer.from('SOME CONTENT')), descriptor, 'here'),
      /^.*here: the content has the digest/,
    );
    await fails(verified(streamOf(bytes, bytes), descriptor, 'here'), /here: more bytes came/);
    await fails(verified(streamOf(bytes.subarray(1)), descriptor, 'here'), /here: only 11 bytes came/);
  });

  it('does not hash twice what is checked for the same promise', () => {
    const once = verified(streamOf(bytes), descriptor, 'here');
    expect(verified(once, { ...descriptor, mediaType: 'application/other' }, 'there')).to.equal(once);
  });

  it('checks again for another promise', async () => {
    const other = { ...descriptor, digest: sha256('other') };
    await fails(
      verified(verified(streamOf(bytes), descriptor, 'here'), other, 'there'),
      /there: the content has the digest/,
    );
    const longer = { ...descriptor, size: descriptor.size + 1 };
    await fails(verified(verified(streamOf(bytes), descriptor, 'here'), longer, 'there'), /there: only 12 bytes/);
  });

  it('follows a stream that is passed on, and only a checked one', async () => {
    const wrap = async function* (stream: ByteStream): ByteStream {
      yield* stream;
    };
    const once = verified(streamOf(bytes), descriptor, 'here');
    const passed = passOn(once, wrap(once));
    expect(verified(passed, descriptor, 'there')).to.equal(passed);
    const unchecked = streamOf(Buffer.from('SOME CONTENT'));
    await fails(verified(passOn(unchecked, wrap(unchecked)), descriptor, 'there'), /there: the content has the digest/);
  });
});
