/** Where progress is shown: standard output as far as it is used. */
export interface ProgressTarget {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[K';

/** On a terminal one line that is written over; elsewhere, as in a log, a line for each change. */
export class ProgressLine {
  readonly #target: ProgressTarget;
  #last = '';

  constructor(target: ProgressTarget = process.stdout) {
    this.#target = target;
  }

  show(text: string): void {
    if (text === this.#last) {
      return;
    }
    this.#last = text;
    // A line that is broken into two could not be written over.
    const fitting = this.#target.isTTY === true ? text.slice(0, (this.#target.columns ?? 80) - 1) : text;
    this.#target.write(this.#target.isTTY === true ? `${CLEAR_LINE}${fitting}` : `${text}\n`);
  }

  /** Makes room for what is printed next. */
  end(): void {
    if (this.#target.isTTY === true && this.#last !== '') {
      this.#target.write(CLEAR_LINE);
    }
  }
}
