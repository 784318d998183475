export { basicHeader, type CredentialSource, type Credentials, firstCredentials } from './credentials.ts';
export { type FindOptions, findCredentials, type GivenCredentials } from './find.ts';
export { normaliseKey } from './keys.ts';
export { type CredentialPlace, eraseCredentials, type StoreOptions, storeCredentials } from './store.ts';
