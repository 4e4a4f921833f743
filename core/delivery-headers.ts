/** On every request of a webhook: 1 for the first attempt. Reserved, so it also says that a request comes from Sluice. */
export const ATTEMPT_HEADER = 'sluice-attempt';
