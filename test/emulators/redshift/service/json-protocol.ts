import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from '../errors.ts';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The name after `RedshiftData.` in the target header. */
export function operationOf(request: IncomingMessage): string {
  const [service, operation] = String(request.headers['x-amz-target']).split('.');
  if (service !== 'RedshiftData' || operation === undefined) {
    throw new ServiceError('UnknownOperationException', 'The requested operation is not known');
  }
  return operation;
}

export function parseInput(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON');
  }
}

/** A 64-bit integer that goes over the wire with all its digits, as the service sends it. */
export class ExactInteger {
  readonly #digits: string;

  constructor(digits: string) {
    this.#digits = digits;
  }

  toJSON(): string {
    return `\u0001${this.#digits}\u0001`;
  }
}

export function sendOutput(response: ServerResponse, output: unknown): void {
  const json = JSON.stringify(output).replace(/"\\u0001(-?\d+)\\u0001"/g, '$1');
  send(response, 200, json, {});
}

export function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalServerException', String(error), 500);
  const body = { __type: known.type, Message: known.message, message: known.message, ...known.fields };
  send(response, known.status, JSON.stringify(body), { 'x-amzn-errortype': known.type });
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string>): void {
  const type = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  response.writeHead(status, { ...type, ...headers }).end(body);
}
