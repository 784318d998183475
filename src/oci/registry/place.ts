import type { Client } from './client.ts';

/** One repository of one registry: what every call needs to know. */
export interface Place {
  readonly client: Client;
  /** Its name, `acme/skills/pdf`. */
  readonly name: string;
}

/** `registry.example.com/acme/pdf`, for messages. */
export function placeName({ client, name }: Place): string {
  return `${client.settings.host}/${name}`;
}
