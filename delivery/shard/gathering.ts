/** Whoever asks at the same tick of the clock has asked within this time, other work of the process in between included. */
const GATHER_MS = 5;

interface Asked<Question, Answer> {
  question: Question;
  settle: (answer: Promise<Answer>) => void;
}

/** Questions of the same moment, answered together: one answer each, in their order. None is older than its question. */
export class Gathering<Question, Answer> {
  readonly #answer: (questions: readonly Question[]) => readonly Promise<Answer>[];
  #open: Asked<Question, Answer>[] = [];

  constructor(answer: (questions: readonly Question[]) => readonly Promise<Answer>[]) {
    this.#answer = answer;
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((settle) => {
      this.#open.push({ question, settle });
      if (this.#open.length === 1) {
        setTimeout(() => {
          this.#close();
        }, GATHER_MS);
      }
    });
  }

  #close(): void {
    const asked = this.#open;
    this.#open = [];
    const answers = this.#answer(asked.map(({ question }) => question));
    asked.forEach(({ settle }, index) => {
      settle(answers[index] ?? Promise.reject(new TypeError('a question was not answered')));
    });
  }
}
