import type { Lane } from './lane.ts';
import type { ShardPorts } from './ports.ts';

/** While messages move. */
const LOOK_EVERY_MS = 100;
/** A new message is told of; this only covers what was not heard. */
const IDLE_LOOK_MS = 5_000;
/** Messages of one lane that wait or are in flight: more than its largest concurrency. */
const MAX_HELD = 150;

/**
 * Hands messages to their lanes, where they share queue, limits, retries and health with events. They are one more
 * range: the table of messages says which wait, the attempt log what became of those that were taken.
 */
export class Messages {
  readonly #ports: ShardPorts;
  #lookAtMs = 0;

  constructor(ports: ShardPorts) {
    this.#ports = ports;
  }

  lookSoon(): void {
    this.#lookAtMs = 0;
  }

  due(nowMs: number): boolean {
    return nowMs >= this.#lookAtMs;
  }

  /** One look. A table that is away is tried again. */
  async look(lanes: readonly Lane[]): Promise<void> {
    // Before it is read: who tells of a message during the look wants another one.
    this.#lookAtMs = this.#ports.clock.nowMs() + IDLE_LOOK_MS;
    const noted = await this.noteHandedOver(lanes);
    const taken = await this.#take(lanes.filter((lane) => lane.room > 0 && lane.messages.held.size < MAX_HELD));
    if (noted + taken > 0 || lanes.some((lane) => lane.messages.held.size > 0)) {
      this.#lookAtMs = Math.min(this.#lookAtMs, this.#ports.clock.nowMs() + LOOK_EVERY_MS);
    }
  }

  /** Tells the table of what the attempt log has settled; what it does not take is told again. Returns how many. */
  async noteHandedOver(lanes: readonly Lane[]): Promise<number> {
    const settled = lanes.map(({ messages }) => messages.settled);
    await this.#note(settled.flat());
    lanes.forEach(({ messages }, index) => messages.forget(settled[index] ?? []));
    return settled.flat().length;
  }

  async #note(uuids: readonly string[]): Promise<void> {
    if (uuids.length > 0) {
      await this.#ports.messages.handedOver(uuids);
    }
  }

  async #take(lanes: readonly Lane[]): Promise<number> {
    if (lanes.length === 0) {
      return 0;
    }
    const byId = new Map(lanes.map((lane) => [lane.config.destinationId, lane]));
    const held = lanes.flatMap((lane) => [...lane.messages.held]);
    const waiting = await this.#ports.messages.waiting(byId, held);
    await this.#note(waiting.filter(({ settled }) => settled).map(({ event }) => event.uuid));
    for (const { destinationId, event, attemptsMade, settled } of waiting) {
      const lane = byId.get(destinationId);
      if (!settled && lane !== undefined && lane.room > 0) {
        lane.takeMessage(event, attemptsMade);
      }
    }
    return waiting.length;
  }
}
