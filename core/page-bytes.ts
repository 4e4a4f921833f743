/** A page of events is refused beyond this much memory of the engine; who asks for one event gets it whatever its size. */
export const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Code of the refusal: ask for fewer. */
export const PAGE_TOO_LARGE = 'clickhouse_result_too_large';
