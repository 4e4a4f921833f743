/**
 * Whether the evidence of a health says that the endpoint has long answered nothing but “not now”. Such an endpoint is
 * `degraded`, as one is of which some requests fail; but that is told, as a suspension is.
 */
export function tellsOfThrottling(evidence: Record<string, unknown>): boolean {
  return typeof evidence['throttledSince'] === 'string';
}
