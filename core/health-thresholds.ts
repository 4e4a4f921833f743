/** When a user wants a webhook to be taken for failing; what is left out keeps its default. */
export interface HealthThresholds {
  /** Share of attempts that fail, from 0 to 1. */
  failureRate?: number;
  /** Attempts below which a rate means nothing. */
  minSample?: number;
  consecutiveFailures?: number;
  /** From the first to the last of them. */
  failingSeconds?: number;
}
