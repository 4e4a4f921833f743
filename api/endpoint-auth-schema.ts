import { z } from 'zod';
import type { ClientCertificate, EndpointAuthentication } from '../core/endpoint-auth.ts';
import type { ApiDeps } from './deps.ts';
import { forField } from './problem.ts';

const text = z.string().min(1).max(2_048);
/** What a header can carry, and all that RFC 6749 allows: no line break can end it early. */
const headerText = text.regex(/^[\x20-\x7e]+$/, 'it must be printable ASCII');

const basic = z.strictObject({
  type: z.literal('basic'),
  username: headerText.regex(/^[^:]*$/, 'a colon would end it (RFC 7617)'),
  password: text,
});
const bearer = z.strictObject({ type: z.literal('bearer'), token: headerText });
const oauth2 = z.strictObject({
  type: z.literal('oauth2'),
  token_url: text.describe('Asked for access tokens with the client-credentials grant (RFC 6749).'),
  client_id: headerText,
  client_secret: headerText,
  scope: text.optional(),
  audience: text.optional(),
  send_in: z.enum(['header', 'body']).default('header').describe('Where the token endpoint expects id and secret.'),
});

export const authentication = z
  .discriminatedUnion('type', [basic, bearer, oauth2])
  .describe('Wins over an authorization header of headers. Stored encrypted; only its type is shown.');
export const clientCertificate = z
  .strictObject({ certificate: z.string().max(32_768), private_key: z.string().max(16_384) })
  .describe('For mutual TLS: PEM, the certificate with its chain. Stored encrypted, never shown.');

export const authenticationView = z.object({ type: z.enum(['basic', 'bearer', 'oauth2']) }).nullable();

interface ProofFields {
  authentication?: z.output<typeof authentication> | null | undefined;
  client_certificate?: z.output<typeof clientCertificate> | null | undefined;
}

/** As delivery stores it. Null removes a field, undefined leaves it. */
interface StoredProof {
  authentication: EndpointAuthentication | null | undefined;
  /** Readable without opening what is sealed. */
  authenticationType: EndpointAuthentication['type'] | null | undefined;
  clientCertificate: ClientCertificate | null | undefined;
}

/** Throws an error that names the field. */
export async function checkedProof(deps: ApiDeps, fields: ProofFields): Promise<StoredProof> {
  const given = fields.authentication;
  if (given?.type === 'oauth2') {
    await forField('authentication.token_url', () => deps.webhookRules.validateUrl(given.token_url));
  }
  const pem = fields.client_certificate;
  const certificate = pem && { certificate: pem.certificate, privateKey: pem.private_key };
  if (certificate) {
    await forField('client_certificate', () => {
      deps.webhookRules.validateClientCertificate(certificate);
    });
  }
  return {
    authentication: given && storedAuthentication(given),
    authenticationType: given && given.type,
    clientCertificate: certificate,
  };
}

function storedAuthentication(given: z.output<typeof authentication>): EndpointAuthentication {
  if (given.type !== 'oauth2') {
    return given;
  }
  const { type, token_url, client_id, client_secret, scope, audience, send_in } = given;
  return {
    type,
    tokenUrl: token_url,
    clientId: client_id,
    clientSecret: client_secret,
    sendIn: send_in,
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  };
}
