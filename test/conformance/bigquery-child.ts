import { createBigQueryDestination } from '../../destinations/bigquery/index.ts';
import type { Destination } from '../../destinations/contract.ts';

/** The destination under test, here and in the process that gets killed. */
export default function make(input: unknown): Destination<unknown> {
  const endpoints = input as { api: string; token: string; iam: string };
  return createBigQueryDestination({
    endpoints,
    conflictDelayMs: 50,
    requestTimeoutMs: 10_000,
  });
}
