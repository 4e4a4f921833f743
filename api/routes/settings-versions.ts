import { z } from 'zod';
import { listDestinationVersions, type DestinationVersion } from '../../store/destination-versions.ts';
import { shownConfig, type DestinationRecord } from '../../store/destinations.ts';
import type { DestinationSettings } from '../../store/tables.ts';
import { toSnakeCase } from '../config-case.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { destinationView, findDestinationRecord } from '../destination-view.ts';
import { cutPage, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, recordFields } from '../schemas.ts';
import { changeSchema, changesBetween, versionCursor, versionFacts, versionFields } from '../settings-versions.ts';
import { findWebhook, webhookView } from '../webhook-view.ts';

const versionSchema = z
  .object({
    ...versionFields,
    changes: z
      .array(
        changeSchema.extend({
          secret: z.boolean().describe('A secret, of which only this is told: both values are null.'),
        }),
      )
      .describe('Against the version before; of the first one that is known what is set.'),
  })
  .meta({ id: 'SettingsVersion' });
type VersionView = z.output<typeof versionSchema>;

/** What the API shows of a record, and how it names a secret of it. */
interface Shape {
  view(record: DestinationRecord): Record<string, unknown>;
  secretName(name: string): string;
}

const WEBHOOK: Shape = { view: webhookView, secretName: (name) => name };
const BATCH: Shape = { view: flatView, secretName: (name) => `config.${name}` };

/** How the settings of webhooks and of destinations came to be. */
export function settingsVersionRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = {
    summary: 'List the versions of the settings',
    description: 'Newest first, with who made each and what it changed. Of secrets only that they were changed.',
    params: idParams,
    querystring: z.object(pageQuery),
    response: { 200: pageOf(versionSchema), ...problems },
  };

  scope.get(
    '/webhooks/:id/versions',
    { schema: { ...schema, tags: ['webhooks'] } },
    async ({ teamId, params, query }) =>
      versionsOf(deps, await findWebhook(deps, { teamId, id: params.id }), { query, shape: WEBHOOK }),
  );

  scope.get(
    '/destinations/:id/versions',
    { schema: { ...schema, tags: ['destinations'] } },
    async ({ teamId, params, query }) =>
      versionsOf(deps, await findDestinationRecord(deps, { teamId, id: params.id }), { query, shape: BATCH }),
  );
}

async function versionsOf(
  deps: ApiDeps,
  record: DestinationRecord,
  { query, shape }: { query: { limit: number; cursor?: string | undefined }; shape: Shape },
): Promise<{ items: VersionView[]; next_cursor: string | null }> {
  const { teamId, id: destinationId } = record;
  const page = { teamId, destinationId, limit: query.limit + 1, ...versionCursor(query.cursor) };
  const rows = await listDestinationVersions(deps.db, page);
  return cutPage(rows, query.limit, {
    item: (row) => ({ ...versionFacts(row), changes: changesOf(record, row, shape) }),
    position: ({ version }) => [version],
  });
}

/** `config` field by field. */
function flatView(record: DestinationRecord): Record<string, unknown> {
  const { config, ...fields } = destinationView(record);
  return {
    ...fields,
    ...Object.fromEntries(Object.entries(config).map(([name, value]) => [`config.${name}`, value])),
  };
}

/** A secret that was set or removed is seen in what is shown of it; one that was replaced is not. */
function changesOf(
  record: DestinationRecord,
  { before, settings, secretsChanged }: DestinationVersion,
  shape: Shape,
): VersionView['changes'] {
  const shown = (of: DestinationSettings): Record<string, unknown> => plain(record, of, shape);
  const changes = changesBetween(before ? shown(before) : { deleted: false }, shown(settings));
  const seen = new Set(changes.map(({ field }) => field));
  const secrets = Object.keys(toSnakeCase(Object.fromEntries(secretsChanged.map((name) => [name, true]))));
  return [
    ...changes.map((change) => ({ ...change, secret: false })),
    ...secrets
      .map(shape.secretName)
      .filter((field) => !seen.has(field))
      .map((field) => ({ field, before: null, after: null, secret: true })),
  ];
}

/** Settings as the API shows them, without what is no setting. */
function plain(record: DestinationRecord, settings: DestinationSettings, { view }: Shape): Record<string, unknown> {
  const { name, status, deleted } = settings;
  const shown = view({ ...record, name, status, config: shownConfig(settings) });
  const fields = Object.entries(shown).filter(([field]) => !(field in recordFields));
  return { ...Object.fromEntries(fields), deleted };
}
