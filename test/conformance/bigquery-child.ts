import { createBigQueryDestination } from '../../destinations/bigquery/index.ts';
import type { Endpoints } from '../../destinations/bigquery/auth.ts';
import type { Destination } from '../../destinations/contract.ts';

/** The destination under test, here and in the process that gets killed. `input` is empty for Google's own servers. */
export default function make(input: unknown): Destination<unknown> {
  const endpoints = input as Partial<Endpoints>;
  return isComplete(endpoints)
    ? createBigQueryDestination({ endpoints, conflictDelayMs: 50, requestTimeoutMs: 10_000 })
    : createBigQueryDestination();
}

function isComplete(endpoints: Partial<Endpoints>): endpoints is Endpoints {
  return endpoints.api !== undefined;
}
