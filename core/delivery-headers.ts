/** On every request of a webhook: 1 for the first attempt. Reserved, so it also says that a request comes from Sluice. */
export const ATTEMPT_HEADER = 'sluice-attempt';

/** Whether a webhook has made the request. What sends something for it may never end: each delivery would make another. */
export function isDelivery(headers: Readonly<Record<string, unknown>>): boolean {
  return headers[ATTEMPT_HEADER] !== undefined;
}
