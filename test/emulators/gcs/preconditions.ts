import { ApiError } from '../bigquery/api-error.ts';
import type { GcsReply, GcsRequest } from './proxy.ts';

/** `ifGenerationMatch` on delete and compose, which fake-gcs-server ignores. */
export class Preconditions {
  private readonly behind: string;

  constructor(behind: string) {
    this.behind = behind;
  }

  /** Throws 412. Not atomic with what follows: enough for tests that send one request after the other. */
  async before({ method, url }: GcsRequest): Promise<GcsReply | undefined> {
    const wanted = url.searchParams.get('ifGenerationMatch');
    const path = url.pathname.replace(/\/compose$/, '');
    const isIgnored = method === 'DELETE' || url.pathname.endsWith('/compose');
    if (wanted !== null && isIgnored && wanted !== (await this.generationOf(path))) {
      throw new ApiError('conditionNotMet', 'At least one of the pre-conditions you specified did not hold.', 412);
    }
    return undefined;
  }

  private async generationOf(path: string): Promise<string> {
    const response = await fetch(`${this.behind}${path}`);
    const found = (await response.json()) as { generation?: string };
    return response.ok ? (found.generation ?? '0') : '0';
  }
}
