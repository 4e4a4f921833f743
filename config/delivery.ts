import { info } from './info.ts';
import { cidrs, flag, integer, url } from './values.ts';

const DELIVERY = 'Webhooks';

/** Deliveries, and what may be sent where. */
export const deliveryFields = {
  SLUICE_DELIVERY_SHARDS: integer({ min: 1, max: 1_024 })
    .default(8)
    .meta(
      info(
        DELIVERY,
        'Parts into which webhooks are divided. `sluice setup` notes it; setup and workers of deliveries refuse another one.',
      ),
    ),
  SLUICE_DELIVERY_POLL_MS: integer({ min: 10, max: 60_000 })
    .default(200)
    .meta(info(DELIVERY, 'How often a shard asks ClickHouse for new events while they come.')),
  SLUICE_DELIVERY_IDLE_POLL_MS: integer({ min: 10, max: 60_000 })
    .default(2_000)
    .meta(info(DELIVERY, 'While none come. Capture tells of events; lower it when they are inserted past it.')),
  SLUICE_DELIVERY_REPORT_EVERY_MS: integer({ min: 1_000, max: 3_600_000 })
    .default(300_000)
    .meta(info(DELIVERY, 'How often traffic is reported to the workflow of each webhook.')),
  SLUICE_OPEN_RETRIES_CAP: integer({ min: 0, max: 100_000 })
    .default(1_000)
    .meta(info(DELIVERY, 'Retry workflows per webhook; beyond it failed events are parked in the attempt log.')),
  SLUICE_BREAKER_MIN_FAILING_MS: integer({ min: 1_000, max: 3_600_000 })
    .default(60_000)
    .meta(
      info(
        DELIVERY,
        'How long an endpoint must fail without a success before it is paused; the rate is taken over twice this.',
      ),
    ),
  SLUICE_ALLOWED_CIDRS: cidrs
    .default([])
    .meta(
      info(DELIVERY, 'Private networks that webhooks and destinations may reach; by default public addresses only.'),
    ),
  SLUICE_EGRESS_PROXY_URL: url(['http:', 'https:'])
    .optional()
    .meta(
      info(
        DELIVERY,
        'HTTP proxy for webhooks, notifications, token endpoints and the HTTP destination, which go through it by CONNECT; unset: directly.',
        'http://user:password@proxy:3128',
      ),
    ),
  SLUICE_WEBHOOKS_REQUIRE_HTTPS: flag.default(false).meta(info(DELIVERY, 'Refuse webhook URLs with http://.')),
};
