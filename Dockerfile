# One image for every service; TTLC_SERVICES chooses. The dashboard is built with the development dependencies, which
# stay behind, and so do the embedded servers: containers are given DATABASE_URL and REDIS_URL.

FROM node:24-bookworm-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY contracts contracts
COPY web web
RUN node node_modules/vite/bin/vite.js build web

FROM node:24-bookworm-slim
ENV NODE_ENV=production LOG_FORMAT=json
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY moleculer.config.ts ./
COPY bin bin
COPY contracts contracts
COPY lib lib
COPY migrations migrations
COPY mixins mixins
COPY services services
COPY simulator simulator
COPY --from=dashboard /app/web/dist web/dist
RUN install -d -o node .data
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
USER node
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=16", "--v8-pool-size=1", "bin/start.ts"]
