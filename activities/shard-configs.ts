import { breakerOver } from '../delivery/health.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { digestOfVersions, listActiveVersions, readWebhooks, type Share } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';

/**
 * The settings of a shard's destinations. They are looked at often and change rarely: one row says whether any has, and only
 * new versions are opened.
 */
export class ShardConfigs {
  readonly #deps: ActivityDeps;
  readonly #share: Share;
  #byId = new Map<string, LaneConfig>();
  #digest: string | undefined;

  constructor(deps: ActivityDeps, share: Share) {
    this.#deps = deps;
    this.#share = share;
  }

  /** Those that are active now, with their health as it is now. */
  async load(): Promise<LaneConfig[]> {
    // Before the list: what changes after it was read is seen by the next look.
    const digest = await digestOfVersions(this.#deps.db, this.#share);
    if (digest !== this.#digest) {
      this.#byId = await this.#read();
      this.#digest = digest;
    }
    return [...this.#byId.values()];
  }

  async #read(): Promise<Map<string, LaneConfig>> {
    const { db, box, settings, logger } = this.#deps;
    const active = await listActiveVersions(db, this.#share);
    const changed = active.filter(({ id, version }) => this.#byId.get(id)?.version !== version);
    const breaker = breakerOver(settings.breakerMinFailingMs);
    const opened = await readWebhooks(
      db,
      box,
      changed.map(({ id }) => id),
      (destinationId, err) => {
        logger.error({ err, destinationId }, 'a webhook cannot be read; it keeps the settings it had, if any');
      },
    );
    const fresh = new Map(
      opened
        .map(laneConfig)
        .map((config) => [config.destinationId, { ...config, breaker: { ...breaker, ...config.breaker } }]),
    );
    const loaded = active.flatMap(({ id, health }) => {
      const config = fresh.get(id) ?? this.#byId.get(id);
      return config === undefined ? [] : [{ ...config, health }];
    });
    return new Map(loaded.map((config) => [config.destinationId, config]));
  }
}
