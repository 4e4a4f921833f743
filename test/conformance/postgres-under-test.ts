import type { Destination } from '../../destinations/contract.ts';
import { createPostgresDestination } from '../../destinations/postgres/index.ts';

/** Also used by the child process of the suite. */
export default function postgresUnderTest(): Destination<unknown> {
  return createPostgresDestination();
}
