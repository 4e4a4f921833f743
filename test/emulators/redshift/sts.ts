import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from './errors.ts';
import type { Credentials, CredentialStore } from './service/credentials.ts';
import { readBody } from './service/json-protocol.ts';
import { listen, type Listening } from './service/listen.ts';
import { authenticate } from './service/signature.ts';

/** A role that the emulated user may assume. */
export interface AssumableRole {
  arn: string;
  /** Demanded by the role's trust policy. */
  externalId?: string;
}

interface StsParts {
  region: string;
  credentials: CredentialStore;
  roles: readonly AssumableRole[];
}

/** STS as far as a client that assumes a role needs it: AssumeRole and GetCallerIdentity, in the query protocol. */
export function startSts(parts: StsParts): Promise<Listening> {
  return listen((request, response) => {
    handle(parts, request, response).catch((error: unknown) => sendError(response, error));
  });
}

async function handle(parts: StsParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const { region, credentials } = parts;
  const caller = await authenticate(request, body, { service: 'sts', region, credentials });
  const input = new URLSearchParams(body.toString('utf8'));
  const action = input.get('Action');
  if (action === 'AssumeRole') {
    sendResult(response, action, assumeRole(parts, input, caller));
  } else if (action === 'GetCallerIdentity') {
    sendResult(
      response,
      action,
      `<Arn>${caller.arn}</Arn><UserId>AIDAEMULATED</UserId><Account>111122223333</Account>`,
    );
  } else {
    throw new ServiceError('InvalidAction', `Could not find operation ${action ?? ''} for version 2011-06-15`);
  }
}

function assumeRole({ roles, credentials }: StsParts, input: URLSearchParams, caller: Credentials): string {
  const arn = input.get('RoleArn') ?? '';
  const role = roles.find((one) => one.arn === arn);
  if (role === undefined || (role.externalId !== undefined && role.externalId !== input.get('ExternalId'))) {
    throw new ServiceError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      403,
    );
  }
  const sessionArn = `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${input.get('RoleSessionName') ?? ''}`;
  const issued = credentials.issue(sessionArn, Number(input.get('DurationSeconds') ?? 3_600));
  return (
    `<Credentials><AccessKeyId>${issued.accessKeyId}</AccessKeyId><SecretAccessKey>${issued.secretAccessKey}</SecretAccessKey>` +
    `<SessionToken>${issued.sessionToken}</SessionToken><Expiration>${new Date(issued.expiresAtMs).toISOString()}</Expiration></Credentials>` +
    `<AssumedRoleUser><Arn>${sessionArn}</Arn><AssumedRoleId>AROAEMULATED</AssumedRoleId></AssumedRoleUser>`
  );
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

function sendResult(response: ServerResponse, action: string, result: string): void {
  const body = `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result></${action}Response>`;
  response.writeHead(200, { 'content-type': 'text/xml' }).end(body);
}

function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
  // STS words two of the shared errors in its own way.
  const code = {
    UnrecognizedClientException: 'InvalidClientTokenId',
    InvalidSignatureException: 'SignatureDoesNotMatch',
  }[known.type];
  const body =
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code ?? known.type}</Code>` +
    `<Message>${known.message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  response.writeHead(code === undefined ? known.status : 403, { 'content-type': 'text/xml' }).end(body);
}
