import { verify } from 'node:crypto';
import { fingerprint, type Account, type User } from './account.ts';
import { rejectedLogin, type SnowflakeFailure } from './errors.ts';

/** `data` of a login request, as far as it is looked at. */
export interface LoginData {
  ACCOUNT_NAME?: string;
  LOGIN_NAME?: string;
  PASSWORD?: string;
  AUTHENTICATOR?: string;
  TOKEN?: string;
  SESSION_PARAMETERS?: Record<string, string | number | boolean>;
}

const wrongPassword = () => rejectedLogin('390100', 'Incorrect username or password was specified.');
const invalidToken = () => rejectedLogin('390144', 'JWT token is invalid.');

interface Claims {
  iss: string;
  sub: string;
  iat: number;
  exp: number;
}

/** Seconds or, as the SDK writes them, milliseconds. */
const millis = (time: number) => (time > 1e11 ? time : time * 1000);

const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;

/** A token signed by the user's own key, which its issuer names, and not older or longer-lived than an hour. */
function isValidToken(token: string, account: string, user: User): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const key = user.publicKey;
  if (key === undefined || (decode(header) as { alg?: string }).alg !== 'RS256') {
    return false;
  }
  const claims = decode(payload) as Claims;
  const subject = `${account.toUpperCase()}.${user.name}`;
  return (
    verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')) &&
    claims.sub === subject &&
    claims.iss === `${subject}.${fingerprint(key)}` &&
    millis(claims.exp) > Date.now() &&
    millis(claims.iat) > Date.now() - 3_600_000
  );
}

function checkToken(account: Account, { TOKEN = '' }: LoginData, user: User | undefined): SnowflakeFailure | undefined {
  try {
    return user !== undefined && isValidToken(TOKEN, account.name, user) ? undefined : invalidToken();
  } catch {
    return invalidToken();
  }
}

/** The user who logs in; throws 390100 or 390144. */
export function authenticate(account: Account, data: LoginData): User {
  const user = account.user(data.LOGIN_NAME ?? '');
  if (data.AUTHENTICATOR === 'SNOWFLAKE_JWT') {
    const refused = checkToken(account, data, user);
    if (refused !== undefined || user === undefined) {
      throw refused ?? invalidToken();
    }
    return user;
  }
  if (user?.password === undefined || user.password !== data.PASSWORD) {
    throw wrongPassword();
  }
  return user;
}
