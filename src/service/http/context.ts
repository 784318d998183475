import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

import type { Catalogue, SkillRecord } from '../../catalogue/index.ts';
import type { ByteStream, Cancellable, Logger } from '../../core/index.ts';
import type { Indexer } from '../indexer/indexer.ts';
import type { Presenter } from './present.ts';

/** The server with requests and answers typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface RouteContext {
  readonly catalogue: Catalogue;
  readonly indexer: Indexer;
  readonly presenter: Presenter;
  readonly token: string;
  readonly version: string;
  readonly logger: Logger;
  /** The layer of a version, from its registry. */
  openLayer(version: SkillRecord, options: Cancellable): Promise<ByteStream>;
}
