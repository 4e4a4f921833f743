import { randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { SluiceError } from '../core/errors.ts';
import { registerConsole } from './console.ts';
import { auditChanges } from './access/audit.ts';
import { authenticate } from './access/authenticate.ts';
import { refuseDeliveries } from './access/refuse-deliveries.ts';
import type { ApiDeps, ApiScope } from './deps.ts';
import { versionTags } from './etags.ts';
import { idempotentPosts } from './idempotency.ts';
import { openApiOptions } from './openapi/options.ts';
import { sendProblem } from './problem.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditLogRoutes } from './routes/audit-log.ts';
import { authRoutes } from './routes/auth.ts';
import { deletionRoutes } from './routes/deletions.ts';
import { backfillChangeRoutes, backfillRoutes, newBackfillRoute } from './routes/backfills.ts';
import { captureRoutes } from './routes/capture.ts';
import { destinationKindRoutes } from './routes/destination-kinds.ts';
import { destinationRoutes } from './routes/destinations.ts';
import { dryRunRoutes } from './routes/dry-runs.ts';
import { exportRoutes } from './routes/exports.ts';
import { exportRunRoutes } from './routes/export-runs.ts';
import { exportScheduleRoutes } from './routes/export-schedules.ts';
import { erasureRoutes } from './routes/erasures.ts';
import { eventRoutes } from './routes/events.ts';
import { exportStatsRoutes } from './routes/export-stats.ts';
import { healthRoutes } from './routes/health.ts';
import { propertyNameRoutes } from './routes/property-names.ts';
import { queryRoutes } from './routes/queries.ts';
import { quotaRoutes } from './routes/quotas.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { downloadRoutes } from './routes/downloads.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { memberRoutes } from './routes/members.ts';
import { onDemandRoutes } from './routes/on-demand.ts';
import { hookRoutes } from './routes/hooks.ts';
import { operationalEventRoutes } from './routes/operational-events.ts';
import { messageRoutes } from './routes/messages.ts';
import { notificationChannelRoutes } from './routes/notification-channels.ts';
import { noticeRoutes } from './routes/notices.ts';
import { overviewRoutes } from './routes/overview.ts';
import { rowAnomalyRoutes } from './routes/row-anomalies.ts';
import { rejectedRecordRoutes } from './routes/rejected-records.ts';
import { replayRoutes } from './routes/replays.ts';
import { runFileRoutes } from './routes/run-files.ts';
import { runLogRoutes } from './routes/run-log.ts';
import { runRoutes } from './routes/runs.ts';
import { settingsVersionRoutes } from './routes/settings-versions.ts';
import { usageRoutes } from './routes/usage.ts';
import { statsRoutes } from './routes/stats.ts';
import { webhookActivityRoutes } from './routes/webhook-activity.ts';
import { webhookChangeRoutes } from './routes/webhook-changes.ts';
import { webhookExplanationRoutes } from './routes/webhook-explanations.ts';
import { webhookPreviewRoutes } from './routes/webhook-previews.ts';
import { webhookRetryRoutes } from './routes/webhook-retries.ts';
import { webhookSecretRoutes } from './routes/webhook-secrets.ts';
import { webhookKindRoutes } from './routes/webhook-kinds.ts';
import { webhookSimulationRoutes } from './routes/webhook-simulations.ts';
import { webhookTestRoutes } from './routes/webhook-tests.ts';
import { webhookRoutes } from './routes/webhooks.ts';

const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Adds the API to a server, in a scope of its own: its hooks, limits and error answers do not reach what is registered
 * beside it. Request ids, and the answer to unknown addresses, are the whole server's.
 */
export function registerApi(app: FastifyInstance, deps: ApiDeps): void {
  const answer: typeof sendProblem = (error, request, reply) => sendProblem(error, request, reply, deps.logger);
  app.setGenReqId(() => randomUUID());
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.setNotFoundHandler((request, reply) => answer(routeNotFound(request.method, request.url), request, reply));
  if (deps.console) {
    registerConsole(app, deps.console);
  }
  void app.register(async (root) => {
    const scope = root.withTypeProvider<ZodTypeProvider>();
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    scope.setErrorHandler((error, request, reply) => answer(error, request, reply));
    // Whatever the server's own limit is, which capture needs larger.
    scope.addHook('onRoute', (route) => {
      route.bodyLimit = BODY_LIMIT_BYTES;
    });
    await scope.register(fastifySwagger, openApiOptions());
    await scope.register(fastifyCookie);
    await scope.register(fastifyRateLimit, { global: false });
    healthRoutes(scope, deps);
    downloadRoutes(scope, deps);
    await scope.register(async (auth) => authRoutes(auth.withTypeProvider<ZodTypeProvider>(), deps), {
      prefix: '/api/v1/auth',
    });
    await scope.register(async (versioned) => protectedRoutes(versioned.withTypeProvider<ZodTypeProvider>(), deps), {
      prefix: '/api/v1',
    });
    scope.get('/api/openapi.json', { schema: { hide: true } }, async () => scope.swagger());
  });
}

function protectedRoutes(scope: ApiScope, deps: ApiDeps): void {
  authenticate(scope, deps);
  refuseDeliveries(scope);
  versionTags(scope);
  idempotentPosts(scope, deps);
  auditChanges(scope, deps);
  memberRoutes(scope, deps);
  invitationRoutes(scope, deps);
  apiKeyRoutes(scope, deps);
  auditLogRoutes(scope, deps);
  erasureRoutes(scope, deps);
  destinationKindRoutes(scope, deps);
  destinationRoutes(scope, deps);
  deletionRoutes(scope, deps);
  exportRoutes(scope, deps);
  dryRunRoutes(scope, deps);
  exportRunRoutes(scope, deps);
  exportScheduleRoutes(scope, deps);
  queryRoutes(scope, deps);
  newBackfillRoute(scope, deps);
  backfillRoutes(scope, deps);
  backfillChangeRoutes(scope, deps);
  reconciliationRoutes(scope, deps);
  onDemandRoutes(scope, deps);
  notificationChannelRoutes(scope, deps);
  noticeRoutes(scope, deps);
  rejectedRecordRoutes(scope, deps);
  runRoutes(scope, deps);
  runLogRoutes(scope, deps);
  runFileRoutes(scope, deps);
  webhookRoutes(scope, deps);
  webhookChangeRoutes(scope, deps);
  webhookSecretRoutes(scope, deps);
  webhookKindRoutes(scope, deps);
  webhookSimulationRoutes(scope, deps);
  webhookPreviewRoutes(scope, deps);
  webhookRetryRoutes(scope, deps);
  webhookTestRoutes(scope, deps);
  webhookExplanationRoutes(scope, deps);
  webhookActivityRoutes(scope, deps);
  settingsVersionRoutes(scope, deps);
  messageRoutes(scope, deps);
  operationalEventRoutes(scope);
  hookRoutes(scope, deps);
  replayRoutes(scope, deps);
  overviewRoutes(scope, deps);
  usageRoutes(scope, deps);
  quotaRoutes(scope, deps);
  captureRoutes(scope, deps);
  eventRoutes(scope, deps);
  propertyNameRoutes(scope, deps);
  exportStatsRoutes(scope, deps);
  rowAnomalyRoutes(scope, deps);
  statsRoutes(scope, deps);
}

function routeNotFound(method: string, url: string): SluiceError {
  return new SluiceError({
    code: 'route_not_found',
    message: `there is no ${method} ${url.split('?')[0] ?? ''}`,
    retryable: false,
    fault: 'customer',
    remedy: 'See /api/openapi.json for what there is.',
  });
}
