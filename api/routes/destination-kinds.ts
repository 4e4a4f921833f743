import { z } from 'zod';
import { COMPRESSIONS, FILE_FORMATS } from '../../core/formats.ts';
import { WRITE_MODES } from '../../core/write-modes.ts';
import type { Destination } from '../../destinations/contract.ts';
import { exportsPausedBecauseOf } from '../../store/auto-pause.ts';
import type { DestinationRecord } from '../../store/destinations.ts';
import { toCamelCase } from '../config-case.ts';
import { configJsonSchema } from '../config-json-schema.ts';
import { changedConfig, parseConfig, offeredKind } from '../destination-config.ts';
import { configSchema, findDestinationRecord } from '../destination-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { pauseExport } from '../export-changes.ts';
import { forField } from '../problem.ts';
import { idParams, problems } from '../schemas.ts';

/** A check that takes longer is ended; its own steps have shorter limits. */
const CHECK_TIMEOUT_MS = 60_000;

const kindSchema = z
  .object({
    kind: z.string(),
    title: z.string(),
    summary: z.string().describe('What arrives where.'),
    guarantee: z.enum(['exactly_once', 'at_least_once']),
    modes: z.array(z.enum(WRITE_MODES)),
    formats: z
      .array(z.object({ file_format: z.enum([...FILE_FORMATS, 'table']), compression: z.enum(COMPRESSIONS) }))
      .describe('The first is the default.'),
    config_schema: z.record(z.string(), z.unknown()).describe('JSON Schema of `config`; secrets are `writeOnly`.'),
  })
  .meta({ id: 'DestinationKind' });

const checkSchema = z
  .object({
    ok: z.boolean(),
    steps: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['passed', 'failed', 'skipped']),
        message: z.string().optional().describe('Of a failed step: what is wrong and what to do.'),
      }),
    ),
  })
  .meta({ id: 'ConnectionCheck' });

const storedCheckSchema = checkSchema
  .extend({ resumed_exports: z.array(z.uuid()).describe('Exports that waited for the destination to work again.') })
  .meta({ id: 'DestinationCheck' });

/** What destinations there are, and whether settings work. */
export function destinationKindRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['destinations'] };

  scope.get(
    '/destination-kinds',
    {
      schema: {
        ...schema,
        summary: 'List the kinds of destinations with their settings',
        response: { 200: z.object({ items: z.array(kindSchema) }), ...problems },
      },
    },
    () => ({ items: deps.destinationKinds.map(kindView) }),
  );

  scope.post(
    '/destinations/check',
    {
      schema: {
        ...schema,
        summary: 'Check settings before a destination is created',
        body: z.strictObject({ kind: z.string(), config: configSchema }),
        response: { 200: checkSchema, ...problems },
      },
    },
    async ({ body }) => {
      const destination = await forField('kind', () => offeredKind(deps, body.kind));
      return check(destination, parseConfig(destination, toCamelCase(body.config)));
    },
  );

  scope.post(
    '/destinations/:id/check',
    {
      schema: {
        ...schema,
        summary: 'Check the connection of a destination',
        description:
          'With `config`: as it would be after that change. Without: exports that were paused because of the destination are resumed when every step passes.',
        params: idParams,
        body: z.strictObject({ config: configSchema.optional() }).nullish(),
        response: { 200: storedCheckSchema, ...problems },
      },
    },
    async ({ teamId, params, body }) => {
      const record = await findDestinationRecord(deps, { teamId, id: params.id });
      const { values } = await changedConfig(deps, record, body?.config ?? {});
      const checked = await check(deps.findDestination(record.kind), values);
      const works = checked.ok && body?.config === undefined;
      return { ...checked, resumed_exports: works ? await resumeWaiting(deps, record) : [] };
    },
  );
}

async function resumeWaiting(deps: ApiDeps, { teamId, id }: DestinationRecord): Promise<string[]> {
  const waiting = await exportsPausedBecauseOf(deps.db, { teamId, destinationId: id });
  for (const { id: exportId } of waiting) {
    await pauseExport(deps, { teamId, id: exportId, paused: false, fillGap: true });
  }
  return waiting.map((record) => record.id);
}

async function check(destination: Destination<unknown>, config: unknown): Promise<z.output<typeof checkSchema>> {
  const steps = await destination.check(config, AbortSignal.timeout(CHECK_TIMEOUT_MS));
  return { ok: steps.every(({ status }) => status === 'passed'), steps };
}

function kindView(destination: Destination<unknown>): z.output<typeof kindSchema> {
  const { kind, title, summary, guarantee, modes, formats } = destination;
  return {
    ...{ kind, title, summary, guarantee },
    modes: [...modes],
    formats: formats.map(({ fileFormat, compression }) => ({ file_format: fileFormat, compression })),
    config_schema: configJsonSchema(destination),
  };
}
