import type { Destination } from '../../destinations/contract.ts';
import { createRedshiftDestination, type RedshiftOptions } from '../../destinations/redshift/index.ts';

/** Also used by the child process of the suite. */
export default function redshiftUnderTest(options: unknown): Destination<unknown> {
  return createRedshiftDestination(options as RedshiftOptions);
}
