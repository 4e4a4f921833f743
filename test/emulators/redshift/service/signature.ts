import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../errors.ts';
import type { Credentials, CredentialStore } from './credentials.ts';

const MAX_SKEW_MS = 5 * 60_000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

interface Claim {
  accessKeyId: string;
  region: string;
  service: string;
  signedHeaders: string[];
  header: string;
  signedAt: Date;
}

/** Whose request this is. Signs it again with the keys that the account knows, and compares. */
export async function authenticate(
  request: IncomingMessage,
  body: Buffer,
  { service, region, credentials }: { service: string; region: string; credentials: CredentialStore },
): Promise<Credentials> {
  const claim = claimOf(request);
  const known = credentials.find(claim.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  if (known === undefined || known.sessionToken !== token) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (known.expiresAtMs !== undefined && known.expiresAtMs <= Date.now()) {
    throw new ServiceError('ExpiredTokenException', 'The security token included in the request is expired');
  }
  if (claim.service !== service || claim.region !== region) {
    throw signatureError(`Credential should be scoped to correct service: '${service}' and region: '${region}'.`);
  }
  if (Math.abs(claim.signedAt.getTime() - Date.now()) > MAX_SKEW_MS) {
    throw signatureError(`Signature expired: ${claim.signedAt.toISOString()} is too far from the current time`);
  }
  if ((await signAgain(request, body, claim, known)) !== claim.header) {
    throw signatureError(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  return known;
}

const signatureError = (message: string): ServiceError => new ServiceError('InvalidSignatureException', message);

function claimOf(request: IncomingMessage): Claim {
  const header = request.headers.authorization;
  const date = request.headers['x-amz-date'];
  if (header === undefined || typeof date !== 'string') {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const match = AUTHORIZATION.exec(header);
  if (match === null) {
    throw new ServiceError('IncompleteSignatureException', 'Authorization header is not of the expected form');
  }
  const [, accessKeyId = '', , region = '', service = '', signedHeaders = ''] = match;
  return { accessKeyId, region, service, signedHeaders: signedHeaders.split(';'), header, signedAt: parseDate(date) };
}

/** `20261121T080000Z`. */
function parseDate(date: string): Date {
  return new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

async function signAgain(request: IncomingMessage, body: Buffer, claim: Claim, keys: Credentials): Promise<string> {
  const headers = Object.fromEntries(claim.signedHeaders.map((name) => [name, String(request.headers[name] ?? '')]));
  const signer = new SignatureV4({
    service: claim.service,
    region: claim.region,
    sha256: Sha256,
    applyChecksum: claim.signedHeaders.includes('x-amz-content-sha256'),
    credentials: {
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      ...(keys.sessionToken === undefined ? {} : { sessionToken: keys.sessionToken }),
    },
  });
  const signed = await signer.sign(
    { method: 'POST', protocol: 'http:', hostname: '', path: request.url ?? '/', headers, body },
    { signingDate: claim.signedAt },
  );
  return signed.headers['authorization'] ?? '';
}
