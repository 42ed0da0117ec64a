# The same major version of Node as "engines" in package.json; sources run as they are, there is nothing to build.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Types, maps and manuals are a third of what is installed and nothing at run time.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && find node_modules -type f \
    \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -iname 'readme*.md' -o -iname 'changelog*.md' \) \
    -delete

FROM ${NODE_IMAGE}
# Fly mounts a volume for the user that the image runs as; Docker takes the owner of the directory.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -m 0700 -o node -g node /data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY commands ./commands
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/home/node/.cache/compile \
  OPS_STATE_DIR=/data \
  OPS_HTTP_HOST=0.0.0.0 \
  PORT=8080
USER node
# A machine on Fly starts from the image's own files each time, so what is compiled here saves every start its time and 15 MB. It runs as ever, with
# nobody to talk to, until it is told to stop; then as far as a Redis that is not there: that it starts and ends as it should is seen here, too.
RUN start="node --max-semi-space-size=2 --v8-pool-size=1 --import ./src/compile-cache.mjs src/main.ts" \
  && export LOG_LEVEL=silent PORT=0 OPS_STATE_DIR=/tmp/warm OPS_APPS=none OPS_OWNERS=telegram:1 \
    FLY_API_TOKEN="FlyV1 fm2_none" FLY_API_URL=http://127.0.0.1:9 FLY_PLATFORM_URL=http://127.0.0.1:9 \
    DISCORD_BOT_TOKEN=a.b.c DISCORD_API_URL=http://127.0.0.1:9 \
    TELEGRAM_BOT_TOKEN=1:none TELEGRAM_API_URL=http://127.0.0.1:9 \
  && timeout --preserve-status 8 $start \
  && { REDIS_URL=redis://127.0.0.1:9 $start; test "$?" -eq 78; } \
  && rm -r /tmp/warm
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "-s", "--"]
# As "npm start": a small young generation and one helping thread keep the memory low.
CMD ["node", "--max-semi-space-size=2", "--v8-pool-size=1", "--import", "./src/compile-cache.mjs", "src/main.ts"]
