/** A turn for one of the places. */
export interface Turn {
  /** Whose share of the places it counts for. */
  readonly member: string;
  /** It has a place: set by `FairShares`. */
  held: boolean;
  /** Called once, when it has. */
  start(): void;
}

/**
 * Who may have a place: a connection to a host, or a request under way. Up to `limit` go to whoever asks; beyond it a member gets
 * no more than an even part of them, and one in any case. So one whose requests hang takes what is free, and a newcomer does not
 * wait for it. There are at most twice `limit` places, and one more for each member.
 */
export class FairShares {
  readonly #limit: number;
  readonly #held = new Map<string, number>();
  readonly #waiting = new Map<string, Set<Turn>>();
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Nobody has a turn, so nobody waits for one either. */
  get idle(): boolean {
    return this.#total === 0;
  }

  /** Starts it at once if it may have a place; otherwise false, and it does not wait for one. */
  tryEnter(turn: Turn): boolean {
    const isFree = this.#isFree(turn.member);
    if (isFree) {
      this.#start(turn);
    }
    return isFree;
  }

  /** Starts it at once, or when others have left. */
  enter(turn: Turn): void {
    if (this.tryEnter(turn)) {
      return;
    }
    const waiting = this.#waiting.get(turn.member);
    if (waiting === undefined) {
      this.#waiting.set(turn.member, new Set([turn]));
    } else {
      waiting.add(turn);
    }
  }

  /** It needs its place no more, or does not wait for one any more. Once for each turn that has entered. */
  leave(turn: Turn): void {
    if (!turn.held) {
      this.#withdraw(turn);
      return;
    }
    const left = this.#heldBy(turn.member) - 1;
    if (left === 0) {
      this.#held.delete(turn.member);
    } else {
      this.#held.set(turn.member, left);
    }
    this.#total -= 1;
    if (this.#waiting.size > 0) {
      this.#startWaiting();
    }
  }

  #start(turn: Turn): void {
    turn.held = true;
    this.#total += 1;
    this.#held.set(turn.member, this.#heldBy(turn.member) + 1);
    turn.start();
  }

  /** Who has least comes first: if there is no place for that one, there is none for the others. */
  #startWaiting(): void {
    for (let member = this.#neediest(); member !== undefined && this.#isFree(member); member = this.#neediest()) {
      const [turn] = this.#waiting.get(member) ?? [];
      if (turn === undefined) {
        return;
      }
      this.#withdraw(turn);
      this.#start(turn);
    }
  }

  #neediest(): string | undefined {
    let neediest: string | undefined;
    for (const member of this.#waiting.keys()) {
      if (neediest === undefined || this.#heldBy(member) < this.#heldBy(neediest)) {
        neediest = member;
      }
    }
    return neediest;
  }

  #withdraw(turn: Turn): void {
    const waiting = this.#waiting.get(turn.member);
    waiting?.delete(turn);
    if (waiting?.size === 0) {
      this.#waiting.delete(turn.member);
    }
  }

  #isFree(member: string): boolean {
    const held = this.#heldBy(member);
    if (held === 0 || this.#total < this.#limit) {
      return true;
    }
    return this.#total < 2 * this.#limit && held < Math.floor(this.#limit / this.#held.size);
  }

  #heldBy(member: string): number {
    return this.#held.get(member) ?? 0;
  }
}
