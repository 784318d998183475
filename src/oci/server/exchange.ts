import type { IncomingMessage } from 'node:http';
import { type ByteStream, type Digest, isDigest } from '../../core/index.ts';
import type { LayoutRegistry, LayoutRepository } from '../layout/index.ts';
import { type Answer, refuse } from './answer.ts';

/** A request, taken apart, and what it is about. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly registry: LayoutRegistry;
}

/** An exchange about one repository. */
export interface RepositoryExchange extends Exchange {
  readonly name: string;
  readonly layout: LayoutRepository;
  /** The last part of the path: a tag, a digest, an upload's id. Empty where there is none. */
  readonly key: string;
}

export type Handler<E extends Exchange> = (exchange: E) => Answer | Promise<Answer>;

/** Runs `work` with the digest that `text` is, or refuses it. */
export function withDigest(
  text: string | null,
  work: (digest: Digest) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  if (isDigest(text)) return work(text);
  return refuse('DIGEST_INVALID', text === null ? 'the parameter "digest" is missing' : `"${text}" is no digest`);
}

export function blobLocation(name: string, digest: Digest): string {
  return `/v2/${name}/blobs/${digest}`;
}

/** The header's value without its parameters, in lower case; empty where there is none. */
export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether the client holds this content already (RFC 9110, 13.1.2). */
export function matchesTag(request: IncomingMessage, etag: string): boolean {
  const tags = request.headers['if-none-match']?.split(',') ?? [];
  return tags.some((tag) => tag.trim() === etag || tag.trim() === '*');
}

/** The body. A reader that stops early leaves the connection open, so that its client gets the answer. */
export function bodyOf(request: IncomingMessage): ByteStream {
  return request.iterator({ destroyOnReturn: false }) as ByteStream;
}
