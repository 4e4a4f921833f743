import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** For `frameworkErrors` of a server: addresses that no route gets to see, such as ones that are too long, are problems too. */
export function refuseAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(error, request, reply.header('x-request-id', request.id));
}
