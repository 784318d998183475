import { expect } from 'chai';
import { listPlaces } from '../../../src/oci/credentials/places.ts';

const names = (...options: Parameters<typeof listPlaces>) =>
  listPlaces(...options).map((place) => (place.kind === 'text' ? place.name : place.file));

describe('the places of credentials', () => {
  const uid = process.getuid?.() ?? 0;

  it('on Linux: podman until the next start, podman for good, docker', () => {
    const env = { HOME: '/home/ann', XDG_RUNTIME_DIR: '/run/user/7' };
    expect(names({ env, platform: 'linux' })).to.deep.equal([
      '/run/user/7/containers/auth.json',
      '/home/ann/.config/containers/auth.json',
      '/home/ann/.docker/config.json',
    ]);
  });

  it("without XDG_RUNTIME_DIR: the user's folder under /run", () => {
    expect(names({ env: { HOME: '/home/ann' }, platform: 'linux' })[0]).to.equal(`/run/containers/${uid}/auth.json`);
  });

  it('on macOS, where nothing is under /run', () => {
    expect(names({ env: { HOME: '/Users/ann', XDG_RUNTIME_DIR: '/x' }, platform: 'darwin' })).to.deep.equal([
      '/Users/ann/.config/containers/auth.json',
      '/Users/ann/.docker/config.json',
    ]);
  });

  it('on Windows, in the profile', () => {
    const all = names({ env: { HOME: '/cygwin', USERPROFILE: '/profile' }, platform: 'win32' });
    expect(all).to.deep.equal(['/profile/.config/containers/auth.json', '/profile/.docker/config.json']);
  });

  it('for a server: what is named, and nothing of whoever started it', () => {
    const env = { HOME: '/home/ann', REGISTRY_AUTH_FILE: '/auth.json', DOCKER_AUTH_CONFIG: '{}' };
    expect(names({ env, files: ['/a.json'], only: true })).to.deep.equal(['/a.json']);
  });

  it('all of them, in the order in which they count', () => {
    const env = {
      HOME: '/home/ann',
      XDG_RUNTIME_DIR: '/run/user/7',
      XDG_CONFIG_HOME: '/etc/ann',
      REGISTRY_AUTH_FILE: '/auth.json',
      DOCKER_AUTH_CONFIG: '{}',
      DOCKER_CONFIG: '/docker',
    };
    expect(names({ env, files: ['/a.json', '/b.json'], platform: 'linux' })).to.deep.equal([
      '/a.json',
      '/b.json',
      '/auth.json',
      '/run/user/7/containers/auth.json',
      '/etc/ann/containers/auth.json',
      'DOCKER_AUTH_CONFIG',
      '/docker/config.json',
    ]);
  });
});
