/** What a team has used on one UTC day. The two products are counted apart. */
export interface Usage {
  /** Captured. */
  events: number;
  /** Of completed runs, by their end. */
  exports: { runs: number; rows: number; bytes: number };
  webhooks: { attempts: number; delivered: number };
}

/** `day`: `2026-11-21`. */
export type UsageDay = Usage & { day: string };

export const NO_USAGE: Usage = {
  events: 0,
  exports: { runs: 0, rows: 0, bytes: 0 },
  webhooks: { attempts: 0, delivered: 0 },
};
