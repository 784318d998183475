export { findPeer, peerNames } from './find.ts';
export type { Peer, PeerName } from './peer.types.ts';
