/** What was made of texts, up to so many characters of them; what was made first goes first. */
export class TextCache<Value> {
  readonly #maxChars: number;
  readonly #values = new Map<string, Value>();
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  get(text: string): Value | undefined {
    return this.#values.get(text);
  }

  /** A text that it does not know. One that is longer than all may be is not kept. */
  set(text: string, value: Value): void {
    this.#values.set(text, value);
    this.#chars += text.length;
    for (const oldest of this.#values.keys()) {
      if (this.#chars <= this.#maxChars) {
        return;
      }
      this.#values.delete(oldest);
      this.#chars -= oldest.length;
    }
  }
}
