import { MICROS_PER_MS } from '../../core/time.ts';
import type { AttemptLogBuffer } from './log-buffer.ts';
import { ALL_THAT_MOVED, type CursorSaver } from './cursor-saver.ts';
import { drainLanes } from './drain-lanes.ts';
import type { LaneConfig } from './lane-config.ts';
import { LaneCursor } from './lane-cursor.ts';
import { Lane } from './lane.ts';
import type { ShardPorts } from './ports.ts';

export interface LanesOptions {
  /** How long attempts in flight of a lane that ends may take. */
  drainMs: number;
  /** All that the lane has attempted is in the log. */
  onLogged(lane: Lane): void;
  /** A lane is no more: its destination may get a new one. */
  onEnded(): void;
}

/** When a shard changes hands, a lane whose requests take longer ends before the others: they would all wait for it. */
const SLOW_REQUEST_MS = 1_000;

/** The lanes of a shard: one for each destination, begun at its cursor, ended after its last attempt is logged. */
export class Lanes {
  readonly #ports: ShardPorts;
  readonly #log: AttemptLogBuffer;
  readonly #cursors: CursorSaver;
  readonly #options: LanesOptions;
  readonly #active = new Map<string, Lane>();
  /** They finish what is in flight; their destinations get a new lane, if any, only afterwards. */
  readonly #retiring = new Map<string, Lane>();
  /** Lanes that have ended for good because the shard changes hands: the next owner goes on with them. */
  readonly #left = new Set<string>();
  #hasBegun = false;

  constructor(ports: ShardPorts, log: AttemptLogBuffer, cursors: CursorSaver, options: LanesOptions) {
    this.#ports = ports;
    this.#log = log;
    this.#cursors = cursors;
    this.#options = options;
  }

  /** By destination, without those that end. */
  get byId(): ReadonlyMap<string, Lane> {
    return this.#active;
  }

  active(): Lane[] {
    return [...this.#active.values()];
  }

  /** With those that end. */
  all(): Lane[] {
    return [...this.#active.values(), ...this.#retiring.values()];
  }

  get someEnd(): boolean {
    return this.#retiring.size > 0;
  }

  /** One lane for each of these destinations, as it is set at `nowMs`. True: there are new ones. */
  async follow(configs: readonly LaneConfig[], nowMs: number, signal: AbortSignal): Promise<boolean> {
    const wanted = new Map(configs.map((config) => [config.destinationId, config]));
    for (const [id, lane] of this.#active) {
      const config = wanted.get(id);
      if (
        config === undefined ||
        config.version !== lane.config.version ||
        lane.health.resumedBy(config.health, nowMs)
      ) {
        // A resumed destination starts over from its cursor and the log: a probe may have delivered meanwhile.
        this.#retire(lane, signal);
      } else {
        lane.adoptHealth(config.health, nowMs);
      }
    }
    const added = configs.filter(
      ({ destinationId: id }) => !this.#active.has(id) && !this.#retiring.has(id) && !this.#left.has(id),
    );
    const isAny = await this.#add(added);
    this.#hasBegun = true;
    return isAny;
  }

  /** Ends those whose requests take long, for good. */
  leaveSlow(signal: AbortSignal): void {
    for (const lane of this.#active.values()) {
      if (lane.takesLonger(SLOW_REQUEST_MS)) {
        this.#left.add(lane.config.destinationId);
        this.#retire(lane, signal);
      }
    }
  }

  /**
   * A changed or paused destination's lane ends after its last attempt is logged; a new one starts at its cursor. The
   * endpoint may take its whole time-out for that, and the other lanes do not wait for it.
   */
  #retire(lane: Lane, signal: AbortSignal): void {
    const id = lane.config.destinationId;
    this.#active.delete(id);
    this.#retiring.set(id, lane);
    void this.#end(lane, signal)
      .catch((error: unknown) => {
        this.#ports.observe.warn('a lane ended without saving its cursor', { destinationId: id, error });
      })
      .finally(() => {
        this.#retiring.delete(id);
        this.#options.onEnded();
      });
  }

  async #end(lane: Lane, signal: AbortSignal): Promise<void> {
    await drainLanes([lane], this.#options.drainMs);
    // The next lane takes from the log what is not settled there: without these rows it would send them again.
    await this.#log.store(signal);
    this.#options.onLogged(lane);
    await this.#cursors.save([lane], ALL_THAT_MOVED);
    this.#cursors.forget(lane.config.destinationId);
  }

  /** True: at least one could be added. */
  async #add(configs: readonly LaneConfig[]): Promise<boolean> {
    if (configs.length === 0) {
      return false;
    }
    const cursors = await this.#ports.cursors.read(configs.map((config) => config.destinationId));
    const settled = await this.#ports.log.settledEvents(
      [...cursors].map(([destinationId, { positionMicros }]) => ({ destinationId, fromMicros: positionMicros })),
    );
    let isAny = false;
    for (const config of configs) {
      const { destinationId } = config;
      const position = cursors.get(destinationId);
      if (position === undefined) {
        this.#ports.observe.warn('destination has no cursor and is left out', { destinationId });
        continue;
      }
      const lane = this.#begin(config, new LaneCursor(position, settled.get(destinationId) ?? new Map()));
      isAny ||= lane !== undefined;
    }
    return isAny;
  }

  /** A filter that another version has stored may not compile here: it must hold up no other destination. */
  #begin(config: LaneConfig, cursor: LaneCursor): Lane | undefined {
    const { destinationId } = config;
    try {
      const lane = new Lane(config, cursor, this.#ports, this.#log);
      // What a shard begins with waited for the shard; what comes later was paused, suspended or edited.
      lane.resumedMicros = this.#hasBegun ? (this.#ports.eventClock.nowMs() ?? 0) * MICROS_PER_MS : 0;
      this.#active.set(destinationId, lane);
      return lane;
    } catch (error) {
      this.#ports.observe.warn('a destination cannot be run and is left out', { destinationId, error });
      return undefined;
    }
  }
}
