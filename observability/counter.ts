import { Counter as PromCounter, type CounterConfiguration } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

/** What was counted of one set of labels since prom-client was last asked. */
export interface Sum {
  amount: number;
}

/** A counter in prom-client's registry that adds up what comes thousands of times a second until somebody asks for it. */
export class Counter {
  readonly #counter: PromCounter;
  readonly #sums = new Map<string, Sum & { labels: Labels }>();

  constructor(settings: Omit<CounterConfiguration<string>, 'collect'>) {
    this.#counter = new PromCounter({
      ...settings,
      collect: () => {
        this.#hand();
      },
    });
  }

  add(labels: Labels, amount: number): void {
    this.#counter.inc(labels, amount);
  }

  /** To be added to. The same for the same labels. */
  sum(labels: Labels): Sum {
    const key = JSON.stringify(labels);
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      sum = { labels, amount: 0 };
      this.#sums.set(key, sum);
    }
    return sum;
  }

  #hand(): void {
    for (const sum of this.#sums.values()) {
      if (sum.amount > 0) {
        this.#counter.inc(sum.labels, sum.amount);
        sum.amount = 0;
      }
    }
  }
}
