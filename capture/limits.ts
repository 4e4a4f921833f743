export interface CaptureLimits {
  /** Of one event's JSON text, UTF-8. */
  maxEventBytes: number;
  /** Of a request's body, before and after decompression. */
  maxBodyBytes: number;
  maxEventsPerRequest: number;
  /** Arrays and objects inside each other. */
  maxNesting: number;
}

export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = {
  maxEventBytes: 1_000_000,
  maxBodyBytes: 20_000_000,
  maxEventsPerRequest: 10_000,
  maxNesting: 128,
};
