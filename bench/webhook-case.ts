import type { Bench } from './bench-system.ts';
import type { BenchReceiver } from './receiver.ts';
import type { Result } from './report.ts';

/** What a case gives; `ok`: every count agreed. */
export interface Outcome {
  ok: boolean;
  result: Result;
}

export interface CaseContext {
  bench: Bench;
  receiver: BenchReceiver;
  quick: boolean;
  /** Of which the median is taken. */
  rounds: number;
  onProgress(line: string): void;
}
