/** Whether a URL's host is this machine (RFC 6761 section 6.3 for `localhost`). */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}
