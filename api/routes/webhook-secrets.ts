import { z } from 'zod';
import { openDestinationConfig, updateDestination } from '../../store/destinations.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { findWebhook, secretSchema, WEBHOOK_SECRET_FIELDS } from '../webhook-view.ts';
import { webhookChanged } from '../webhook-signals.ts';

const MS_PER_HOUR = 60 * 60 * 1_000;
/** Every live secret adds a signature to the header: receivers read headers of 8 KiB at least. */
const MAX_PREVIOUS = 4;

const publicKey = z.string().nullable().describe('whpk_… that verifies v1a; null for a shared secret.');
const previousSchema = z.array(z.object({ valid_until: timestamp }));
const revealed = z.object({ secret: z.string(), public_key: publicKey, previous: previousSchema });
const rotatedSchema = revealed.extend({ version: z.number().int().describe('Of the webhook, now.') });

const rotation = z.strictObject({
  secret: secretSchema.optional(),
  kind: z
    .enum(['symmetric', 'asymmetric'])
    .default('symmetric')
    .describe('Of a generated secret: shared (v1), or ed25519, whose public key the receiver holds (v1a).'),
  overlap_hours: z
    .number()
    .min(0)
    .max(168)
    .default(24)
    .describe('How long the old secret signs too. 0 when it has leaked.'),
});

/** Secrets as a webhook's config holds them. */
interface StoredSecrets {
  secret: string;
  previousSecrets?: { secret: string; validUntilMs: number }[];
}

export function webhookSecretRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'], params: idParams };

  scope.post(
    '/webhooks/:id/secret',
    {
      ...requireScope('admin'),
      schema: { ...schema, summary: 'Reveal the signing secret', response: { 200: revealed, ...problems } },
    },
    async ({ teamId, params }) => {
      const { id } = await findWebhook(deps, { teamId, id: params.id });
      return view(deps, (await openDestinationConfig(deps.db, deps.box, id)) as unknown as StoredSecrets);
    },
  );

  scope.post(
    '/webhooks/:id/secret/rotate',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'Rotate the signing secret',
        description:
          'Until the overlap ends every request carries a signature of each secret, so the receiver can change over at any moment of it.',
        body: rotation.nullish(),
        response: { 200: rotatedSchema, ...problems },
      },
    },
    async ({ teamId, params, body, actor }) => {
      const record = await findWebhook(deps, { teamId, id: params.id });
      const stored = await openDestinationConfig(deps.db, deps.box, record.id);
      const values = { ...stored, ...rotated(deps, stored as unknown as StoredSecrets, body ?? rotation.parse({})) };
      const config = { values, secretFields: WEBHOOK_SECRET_FIELDS };
      const patch = { expectedVersion: record.version, config };
      const { version } = await webhookChanged(
        deps,
        await updateDestination(deps.db, deps.box, { teamId, id: record.id, patch }),
        { change: 'updated', actor },
      );
      return { ...view(deps, values), version };
    },
  );
}

function rotated(deps: ApiDeps, stored: StoredSecrets, request: z.output<typeof rotation>): Required<StoredSecrets> {
  const { secret = deps.webhookRules.generateSecret(request.kind) } = request;
  deps.webhookRules.validateSecret(secret);
  const validUntilMs = nowMs(deps) + request.overlap_hours * MS_PER_HOUR;
  const previous = [{ secret: stored.secret, validUntilMs }, ...(stored.previousSecrets ?? [])];
  return {
    secret,
    previousSecrets: previous
      // A secret that leaked must not live on in an earlier rotation's overlap.
      .map((old) => ({ ...old, validUntilMs: Math.min(old.validUntilMs, validUntilMs) }))
      .filter((old) => old.validUntilMs > nowMs(deps) && old.secret !== secret)
      .slice(0, MAX_PREVIOUS),
  };
}

function view(deps: ApiDeps, { secret, previousSecrets = [] }: StoredSecrets): z.output<typeof revealed> {
  const live = previousSecrets.filter(({ validUntilMs }) => validUntilMs > nowMs(deps));
  return {
    secret,
    public_key: deps.webhookRules.publicKeyOf(secret) ?? null,
    previous: live.map(({ validUntilMs }) => ({ valid_until: new Date(validUntilMs).toISOString() })),
  };
}

function nowMs(deps: ApiDeps): number {
  return (deps.now?.() ?? new Date()).getTime();
}
