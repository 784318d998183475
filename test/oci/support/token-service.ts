import type { IncomingMessage } from 'node:http';

/** `repository:acme/pdf:pull,push`, taken apart. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** How a token service decides, and how it and its registry put it. */
export interface TokenRules {
  readonly service: string;
  /** Where tokens are given. */
  readonly path: string;
  readonly users: Record<string, string>;
  /** Identity tokens and whose they are. */
  readonly identityTokens?: Record<string, string>;
  /** What somebody may do at a place, of all that can be done; nobody is undefined. */
  readonly allow: (user: string | undefined, access: Access) => readonly string[];
  /** Whether a request for more than is allowed is refused, or answered by a token for less. */
  readonly excess: 'refuse' | 'give less';
  /** What the registry itself says to a user name and a password. */
  readonly basic: 401 | 403;
  /** What the registry says to a token that it did not give. */
  readonly foreign: 401 | 403;
  /** Seconds that a token is said to live. */
  readonly life?: number;
  /** Milliseconds that it does live. */
  readonly realLife?: number;
  /** Whether a refusal says what is wanted. */
  readonly silent?: boolean;
}

/** What is known of a token that was given. */
export interface Given {
  readonly user: string | undefined;
  readonly access: readonly Access[];
  readonly until: number;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

/** Gives tokens by its rules (distribution, "Token Authentication Specification"), and knows them again. */
export class TokenService {
  readonly rules: TokenRules;
  readonly #tokens = new Map<string, Given>();

  constructor(rules: TokenRules) {
    this.rules = rules;
  }

  find(token: string): Given | undefined {
    return this.#tokens.get(token);
  }

  answer(request: IncomingMessage, form: URLSearchParams): TokenAnswer {
    const { service, identityTokens = {} } = this.rules;
    if (form.get('service') !== service) return refusal(400, 'UNSUPPORTED', 'no such service');
    if (request.method === 'POST') {
      const user = identityTokens[form.get('refresh_token') ?? ''];
      if (user === undefined)
        return { status: 400, body: { error: 'invalid_grant', error_description: 'token expired' } };
      return this.#give(user, (form.get('scope') ?? '').split(' ').filter(Boolean));
    }
    const pair = basicOf(request.headers.authorization);
    if (pair && this.rules.users[pair.user] !== pair.password) return refusal(401, 'UNAUTHORIZED', 'bad credentials');
    return this.#give(pair?.user, form.getAll('scope'));
  }

  #give(user: string | undefined, scopes: readonly string[]): TokenAnswer {
    const { allow, excess, life = 300, realLife = life * 1000 } = this.rules;
    const wanted = scopes.map(parseScope);
    const access = wanted.map((one) => {
      const allowed = allow(user, one);
      return { ...one, actions: one.actions.filter((action) => allowed.includes(action)) };
    });
    const lacks = access.some(({ actions }, index) => actions.length < (wanted[index]?.actions.length ?? 0));
    if (lacks && excess === 'refuse') return refusal(403, 'DENIED', 'requested access to the resource is denied');
    const token = `token-${this.#tokens.size + 1}-${Math.random().toString(36).slice(2)}`;
    this.#tokens.set(token, { user, access, until: Date.now() + realLife });
    return { status: 200, body: { token, access_token: token, expires_in: life } };
  }
}

export function parseScope(scope: string): Access {
  const [type = '', ...rest] = scope.split(':');
  return { type, actions: (rest.pop() ?? '').split(','), name: rest.join(':') };
}

export function formatScope({ type, name, actions }: Access): string {
  return `${type}:${name}:${actions.join(',')}`;
}

export function refusal(status: number, code: string, message: string): TokenAnswer {
  return { status, body: { errors: [{ code, message }] } };
}

export function basicOf(authorization = ''): { user: string; password: string } | undefined {
  const encoded = /^Basic (.+)$/.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { user, password: rest.join(':') };
}

const reading = ['pull'];
const writing = ['pull', 'push', 'delete'];

/** As ghcr.io: packages are public or not, a token (PAT) stands for the password, and what is too much is refused. */
export function ghcrRules(packages: Readonly<Record<string, { public?: boolean; owner: string }>>): TokenRules {
  return {
    service: 'ghcr.io',
    path: '/token',
    users: { ann: 'ghp_annsPersonalAccessToken0123456789', bob: 'ghp_bobsPersonalAccessToken0123456789' },
    allow: (user, { type, name }) => {
      if (type !== 'repository') return [];
      const { owner = user, public: open = false } = packages[name] ?? {};
      if (user !== undefined && owner === user) return writing;
      return open ? reading : [];
    },
    excess: 'refuse',
    basic: 403,
    foreign: 403,
  };
}

/** As Harbor: projects, robots of one project each, and tokens for as much of what was asked as is allowed. */
export function harborRules(publicProjects: readonly string[] = []): TokenRules {
  const users: Record<string, string> = {
    'robot$alpha+ci': 'alpha-secret',
    'robot$beta+ci': 'beta-secret',
    admin: 'root',
  };
  return {
    service: 'harbor-registry',
    path: '/service/token',
    users,
    allow: (user, { type, name }) => {
      const [project = ''] = name.split('/');
      if (user === 'admin') return [...writing, '*'];
      if (type !== 'repository') return [];
      if (user !== undefined && /^robot\$([^+]+)\+/.exec(user)?.[1] === project) return writing;
      return publicProjects.includes(project) ? reading : [];
    },
    excess: 'give less',
    basic: 401,
    foreign: 401,
    life: 1800,
  };
}
