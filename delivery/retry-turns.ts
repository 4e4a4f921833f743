import { FairShares, type Turn } from '../core/fair-shares.ts';
import { Paces } from './paces.ts';
import type { LaneConfig } from './shard/lane-config.ts';
import { rampedConcurrency } from './shard/lane-health.ts';
import type { ClockPort } from './shard/ports.ts';

/** Requests of a worker's retries under way up to which each webhook may have all that its own limit allows. */
export const RETRY_PLACES = 100;
/** How long a request takes is not known before one has ended, but one that takes longer is noticed while it runs. */
const FIRST_GUESS_MS = 250;
/** Of the latest request in the mean: four or five of them forget what was before. */
const NEWEST_WEIGHT = 0.2;
const MIN_AWAY_MS = 100;
/** Whoever gives way asks again within this time: a webhook may have been paused or deleted meanwhile. */
export const MAX_AWAY_MS = 60_000;
/** Webhooks that are remembered with nothing under way. */
const MAX_KNOWN = 1_000;

/** A retry may be sent now. */
export interface RetryTurn {
  /** A request was made; of one that could not be made nothing is learned. */
  sent(delivered: boolean): void;
  /** Once, whatever has become of it. */
  end(): void;
}

export interface GivesWay {
  /** When there may be a place. */
  againInMs: number;
  /** What it waits for: that others end, or the webhook's rate limit. */
  waitsFor: 'place' | 'rate';
  /** Retries of the webhook that are under way. */
  underWay: number;
}

type Webhook = Pick<LaneConfig, 'destinationId' | 'maxConcurrency' | 'health' | 'rateLimitPerSecond' | 'version'>;

/**
 * Whose retries may be sent now, of those of one worker. A webhook has no more of them under way than its `maxConcurrency`, fewer
 * while it recovers, and where several have many no more than an even part of the places, but one in any case. A retry without
 * a turn waits elsewhere, so that it holds up nobody's: it comes again about when a place is free, or when the webhook's rate limit,
 * which its live events draw from too, has something for retries. Those of one webhook are spread over the time that its requests
 * take, so that what asks in vain is little.
 */
export class RetryTurns {
  readonly #shares = new FairShares(RETRY_PLACES);
  readonly #webhooks = new Map<string, WebhookTurns>();
  readonly #clock: Pick<ClockPort, 'nowMs' | 'random'>;
  readonly #paces: Paces;

  constructor(clock: Pick<ClockPort, 'nowMs' | 'random'>, paces = new Paces()) {
    this.#clock = clock;
    this.#paces = paces;
  }

  take(webhook: Webhook): RetryTurn | GivesWay {
    const turns = this.#of(webhook.destinationId);
    turns.adopt(webhook.health);
    const nowMs = this.#clock.nowMs();
    const pace = this.#paces.of(webhook, nowMs);
    const rateMs = pace.retryWaitMs(nowMs);
    const { underWay } = turns;
    if (rateMs > 0) {
      const rate = { eachMs: pace.retryEveryMs, firstMs: rateMs };
      return { againInMs: turns.awayMs(nowMs, this.#clock.random(), rate), waitsFor: 'rate', underWay };
    }
    const turn: Turn = { member: webhook.destinationId, held: false, start: () => undefined };
    if (underWay >= turns.limit(webhook) || !this.#shares.tryEnter(turn)) {
      return { againInMs: turns.awayMs(nowMs, this.#clock.random()), waitsFor: 'place', underWay };
    }
    pace.takeForRetry(nowMs);
    return this.#start(turns, turn);
  }

  #start(turns: WebhookTurns, turn: Turn): RetryTurn {
    turns.start(turn, this.#clock.nowMs());
    return {
      sent: (delivered) => {
        turns.learn(turn, this.#clock.nowMs(), delivered);
      },
      end: () => {
        turns.end(turn);
        this.#shares.leave(turn);
      },
    };
  }

  #of(destinationId: string): WebhookTurns {
    let turns = this.#webhooks.get(destinationId);
    if (turns === undefined) {
      this.#forgetQuiet();
      turns = new WebhookTurns();
      this.#webhooks.set(destinationId, turns);
    }
    return turns;
  }

  #forgetQuiet(): void {
    if (this.#webhooks.size < MAX_KNOWN) {
      return;
    }
    for (const [destinationId, { underWay }] of this.#webhooks) {
      if (underWay === 0) {
        this.#webhooks.delete(destinationId);
      }
    }
  }
}

/** What is known of the retries of one webhook. */
class WebhookTurns {
  /** When each that is under way began, the oldest first. */
  readonly #startedMs = new Map<Turn, number>();
  #meanMs: number | undefined;
  #recovering = false;
  #successStreak = 0;
  /** Places are given away in advance up to here. */
  #promisedMs = 0;

  get underWay(): number {
    return this.#startedMs.size;
  }

  adopt(health: LaneConfig['health']): void {
    const recovering = health === 'recovering';
    if (recovering && !this.#recovering) {
      this.#successStreak = 0;
    }
    this.#recovering = recovering;
  }

  /** An endpoint that comes back gets what has waited for it as carefully as its live traffic. */
  limit({ maxConcurrency }: Webhook): number {
    return this.#recovering ? rampedConcurrency(maxConcurrency, this.#successStreak) : maxConcurrency;
  }

  start(turn: Turn, nowMs: number): void {
    this.#startedMs.set(turn, nowMs);
  }

  learn(turn: Turn, nowMs: number, delivered: boolean): void {
    const tookMs = Math.max(0, nowMs - (this.#startedMs.get(turn) ?? nowMs));
    this.#meanMs = this.#meanMs === undefined ? tookMs : this.#meanMs + NEWEST_WEIGHT * (tookMs - this.#meanMs);
    this.#successStreak = delivered ? this.#successStreak + 1 : 0;
  }

  end(turn: Turn): void {
    this.#startedMs.delete(turn);
  }

  /**
   * Until there may be a turn for one more, if each that was told a time comes at it: one every `eachMs`, and none before
   * `firstMs`.
   */
  awayMs(nowMs: number, random: number, { eachMs, firstMs } = { eachMs: this.#placeMs(nowMs), firstMs: 0 }): number {
    this.#promisedMs = Math.max(Math.max(this.#promisedMs, nowMs) + eachMs, nowMs + firstMs);
    const awayMs = Math.ceil(this.#promisedMs - nowMs);
    if (awayMs <= MAX_AWAY_MS) {
      return Math.max(MIN_AWAY_MS, awayMs);
    }
    // Too far away to be foreseen: anywhere in the later half, so that they do not come all at one moment.
    this.#promisedMs = nowMs + MAX_AWAY_MS;
    return Math.round(MAX_AWAY_MS * (0.5 + random / 2));
  }

  /** Between two places that become free. At least one is under way. */
  #placeMs(nowMs: number): number {
    const [oldestMs = nowMs] = this.#startedMs.values();
    return Math.max(this.#meanMs ?? FIRST_GUESS_MS, nowMs - oldestMs) / Math.max(1, this.underWay);
  }
}
