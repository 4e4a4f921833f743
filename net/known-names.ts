const MAX_NAMES = 10_000;

/** What is known of the host names that something was last learnt of; the oldest are forgotten. */
export class KnownNames<Known> {
  readonly #names = new Map<string, Known>();

  get(hostname: string): Known | undefined {
    return this.#names.get(hostname);
  }

  set(hostname: string, known: Known): void {
    this.#names.delete(hostname);
    const oldest = this.#names.size >= MAX_NAMES ? this.#names.keys().next().value : undefined;
    if (oldest !== undefined) {
      this.#names.delete(oldest);
    }
    this.#names.set(hostname, known);
  }

  forget(hostname: string): void {
    this.#names.delete(hostname);
  }
}
