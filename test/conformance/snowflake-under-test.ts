import type { Destination } from '../../destinations/contract.ts';
import { createSnowflakeDestination, type SnowflakeOptions } from '../../destinations/snowflake/index.ts';

/** Also used by the child process of the suite. */
export default function snowflakeUnderTest(options: unknown): Destination<unknown> {
  return createSnowflakeDestination(options as SnowflakeOptions);
}
