import { addTraffic, type TrafficReport } from '../../core/traffic.ts';
import type { Lane } from './lane.ts';
import type { HealthPort } from './ports.ts';

/** Brings what lanes did to the entity workflows of their destinations. What could not be told is told with the next report. */
export class TrafficReports {
  readonly #health: Pick<HealthPort, 'report'>;
  /** By destination. */
  readonly #untold = new Map<string, TrafficReport>();

  constructor(health: Pick<HealthPort, 'report'>) {
    this.#health = health;
  }

  /** Takes over what the lane has counted. Of one that ends nobody else asks. */
  collect({ config, traffic }: Pick<Lane, 'traffic'> & { config: Pick<Lane['config'], 'destinationId'> }): void {
    const report = traffic.take();
    if (report !== undefined) {
      this.#add(config.destinationId, report);
    }
  }

  /** One destination after the other; throws with the first that cannot be told, and keeps it and those after it. */
  async send(): Promise<void> {
    for (const [destinationId, report] of [...this.#untold]) {
      this.#untold.delete(destinationId);
      try {
        await this.#health.report(destinationId, report);
      } catch (error) {
        this.#add(destinationId, report);
        throw error;
      }
    }
  }

  #add(destinationId: string, report: TrafficReport): void {
    const untold = this.#untold.get(destinationId);
    if (untold === undefined) {
      this.#untold.set(destinationId, report);
    } else {
      addTraffic(untold, report);
    }
  }
}
