/** A program that is not ours, as versions.json names it. Exactly one of `go`, `tool`, `local` and `debian` is set. */
export interface PeerRow {
  readonly what: string;
  readonly version: string;
  /** A package that `go install` builds on its own. */
  readonly go?: string;
  /** A tool of the module in test/peers/go. */
  readonly tool?: string;
  /** A program of ours in test/peers/go, around the library `module`. */
  readonly local?: string;
  readonly module?: string;
  /** A package of Debian. */
  readonly debian?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type PeerName =
  | 'zot'
  | 'registry'
  | 'docker-registry'
  | 'oras'
  | 'crane'
  | 'skopeo'
  | 'podman'
  | 'dockerd'
  | 'openssl'
  | 'toolhive'
  | 'ggcr'
  | 'skills-oci'
  | 'conformance';

/** What setup found out about a peer. */
export interface Peer {
  readonly name: PeerName;
  readonly what: string;
  readonly version: string;
  /** Absolute path; absent where the peer is. */
  readonly program?: string;
  readonly from?: 'PATH' | 'built before' | 'built now';
  /** What its build took, now or when it was built. */
  readonly seconds?: number;
  /** Why it is absent, in one line. */
  readonly absent?: string;
}
