import type { Destination } from '../../destinations/contract.ts';
import { createClickHouseDestination } from '../../destinations/clickhouse/index.ts';

/** Also used by the child process of the suite. */
export default function clickhouseUnderTest(): Destination<unknown> {
  return createClickHouseDestination();
}
