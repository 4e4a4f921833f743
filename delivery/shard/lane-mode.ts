/**
 * `behind`: reads its own range of the log. `joining`: also takes what the shared tail offers, and checks that it
 * missed nothing. `live`: fed by the shared tail alone.
 */
export type LaneMode = 'behind' | 'joining' | 'live';
