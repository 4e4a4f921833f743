import type { Lane } from './lane.ts';
import type { ReplayTask, ShardPorts } from './ports.ts';
import { ReplayFeed } from './replay-feed.ts';

interface RunningFeed {
  feed: ReplayFeed;
  done: Promise<void>;
}

/** The replays of a shard's destinations: one feed for each lane that has one to work on. */
export class Replays {
  readonly #ports: ShardPorts;
  readonly #overlapMs: number;
  readonly #onEnd: () => void;
  readonly #running = new Map<string, RunningFeed>();

  /** `onEnd`: a feed has ended, so there may be another replay to work on. */
  constructor(ports: ShardPorts, { overlapMs, onEnd }: { overlapMs: number; onEnd: () => void }) {
    this.#ports = ports;
    this.#overlapMs = overlapMs;
    this.#onEnd = onEnd;
  }

  /** Starts and stops feeds as the control plane says. */
  async refresh(lanes: ReadonlyMap<string, Lane>, signal: AbortSignal): Promise<void> {
    const tasks = lanes.size === 0 ? [] : await this.#ports.replays.load(lanes);
    const wanted = new Map(tasks.map((task) => [task.destinationId, task]));
    for (const [destinationId, { feed }] of this.#running) {
      if (wanted.get(destinationId)?.id !== feed.task.id) {
        feed.stop();
      }
    }
    for (const [destinationId, task] of wanted) {
      const lane = lanes.get(destinationId);
      if (lane !== undefined && !lane.stopped && !this.#running.has(destinationId)) {
        this.#start(task, lane, signal);
      }
    }
  }

  /** Resolves when every feed has ended; they do once their signal aborts. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #start(task: ReplayTask, lane: Lane, signal: AbortSignal): void {
    const feed = new ReplayFeed(task, lane, this.#ports, { overlapMs: this.#overlapMs });
    const done = feed
      .run(signal)
      .catch((error: unknown) => {
        this.#ports.observe.warn('a replay ended without saving its progress', { replayId: task.id, error });
      })
      .finally(() => {
        this.#running.delete(task.destinationId);
        this.#onEnd();
      });
    this.#running.set(task.destinationId, { feed, done });
  }
}
