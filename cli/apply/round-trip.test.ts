import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { webhookKinds } from '../../activities/webhook-kinds.ts';
import { configJsonSchema } from '../../api/config-json-schema.ts';
import { DESTINATIONS } from '../../destinations/registry.ts';
import { openApiDocument } from '../../scripts/openapi-document.ts';
import { catalogueOf, type Catalogue, type Kinds, type OpenApi } from './catalogue.ts';
import { parseManifest, type Section, type Settings } from './manifest.ts';
import { planOf, type Live, type Plan, type Snapshot } from './plan.ts';
import { writtenManifest } from './written.ts';

/** What is there, written as a file and read again, by the API's own description of its fields, defaults and kinds. */
let catalogue: Catalogue;

beforeAll(async () => {
  const kinds = {
    destinations: [...DESTINATIONS.values()].map((one) => ({ kind: one.kind, config_schema: configJsonSchema(one) })),
    webhooks: webhookKinds().map((one) => ({
      ...{ kind: one.kind, inputs_schema: one.inputsSchema, owns_request: one.ownsRequest },
    })),
  } as Kinds;
  catalogue = catalogueOf((await openApiDocument()) as unknown as OpenApi, kinds);
});

const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
/** What a file could take for something else. */
const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('${A}', '$${A}', 'null', '1', 'yes', '{{ a }}', '- a: b'),
);
const configured = fc.boolean().map((isSet) => ({ configured: isSet }));
const events = fc.option(fc.array(text, { maxLength: 3 }));

const destination = fc.record({
  kind: fc.constant('s3'),
  config: fc.record({ bucket: text, region: text, prefix: text }),
});
const exported = fc.record({
  interval: fc.constantFrom('5m', 'hour', 'day'),
  hour_offset: fc.integer({ min: 0, max: 23 }),
  jitter_seconds: fc.integer({ min: 0, max: 900 }),
  filter: fc.record({ include_events: fc.array(text, { maxLength: 3 }) }),
  max_file_mb: fc.option(fc.integer({ min: 1, max: 100 })),
  paused: fc.boolean(),
});
const webhook = fc.record({
  url: text,
  events,
  timeout_ms: fc.integer({ min: 1_000, max: 30_000 }),
  batch: fc.option(fc.record({ max_events: fc.integer({ min: 2, max: 500 }) })),
  headers: configured,
  authentication: fc.option(fc.record({ type: fc.constantFrom('basic', 'bearer') })),
  paused: fc.boolean(),
});

/** As the API shows it: complete. */
function live(section: Section, [label, settings]: [string, Settings], index: number): Live {
  const more = section === 'destinations' ? { secret_access_key: { configured: true } } : {};
  const complete = catalogue.complete(section, settings);
  const shown =
    section === 'destinations' ? { ...complete, config: { ...(complete['config'] as Settings), ...more } } : complete;
  return { id: String(index), name: label, version: 1, settings: shown };
}

const named = (settings: fc.Arbitrary<Settings>): fc.Arbitrary<[string, Settings][]> =>
  fc.uniqueArray(fc.tuple(name, settings), { maxLength: 3, selector: ([label]) => label });

const snapshots = fc
  .tuple(named(destination), named(exported), named(webhook))
  .map(([destinations, exports, webhooks]): Snapshot => {
    const [first] = destinations;
    const targeted = exports.map(([label, settings]): [string, Settings] => [
      label,
      { ...settings, destination: first?.[0] },
    ]);
    return {
      destinations: destinations.map((one, index) => live('destinations', one, index)),
      exports: first === undefined ? [] : targeted.map((one, index) => live('exports', one, index)),
      webhooks: webhooks.map((one, index) => live('webhooks', one, index)),
    };
  });

function planFor(file: string, snapshot: Snapshot): Plan {
  const options = { prune: true, secrets: false };
  return planOf({ manifest: parseManifest(file), snapshot, catalogue, variables: () => undefined, options });
}

test('what is written and read again differs in nothing, and needs no variable', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const { changes, missing } = planFor(writtenManifest(snapshot, catalogue), snapshot);
      expect(changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
      expect(changes).toHaveLength(Object.values(snapshot).flat().length);
      expect(missing).toEqual([]);
    }),
  );
});

test('where nothing is, all of it is made, and secrets are asked for', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const empty: Snapshot = { destinations: [], exports: [], webhooks: [] };
      const { changes, missing } = planFor(writtenManifest(snapshot, catalogue), empty);
      expect(changes.filter(({ action }) => action !== 'create')).toEqual([]);
      expect(missing.length === 0 ? 0 : 1).toBe(
        snapshot.destinations.length > 0 || snapshot.webhooks.some(({ settings }) => hasSecret(settings)) ? 1 : 0,
      );
    }),
  );
});

function hasSecret({ headers, authentication }: Settings): boolean {
  return authentication !== null || (headers as { configured: boolean }).configured;
}
