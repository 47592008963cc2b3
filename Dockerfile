# The image of license-scaler: Node.js and one file.
#
#     docker build --build-arg VERSION=0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" --tag license-scaler:0.1.0 .
#
# The same commit makes the same file, for package-lock.json says what goes into it. For an image that is
# the same to the byte give RUNTIME with a digest, and BuildKit the time of the commit:
#
#     --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" --output type=image,rewrite-timestamp=true

# Both are Node.js 24 (LTS), on which the tests run too (.ci/run).
ARG BUILDER=node:24.21.0-trixie-slim
# Distroless: Node.js, its libraries, CA certificates; no shell, no npm, no package manager, so there is
# nothing to break in with and next to nothing to patch. It is tagged by line only, not by version: this
# tag moves with the patches of Node.js 24 on Debian 13.
ARG RUNTIME=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILDER} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without their scripts: none of those that are used here needs one, and so none can run what it likes.
RUN npm ci --ignore-scripts

# For scripts/local/Tiltfile alone: the program from its sources, started anew when one of them changes.
# It needs a shell and tar, by which Tilt brings the changes in, and files that its user may replace.
FROM dependencies AS development
COPY --chown=65532:65532 generated generated
COPY --chown=65532:65532 src src
USER 65532:65532
EXPOSE 6000 8080
ENTRYPOINT ["node", "--watch", "--watch-preserve-output", "src/main.ts"]
CMD ["--help"]

FROM dependencies AS build
COPY tsconfig.json ./
COPY scripts/bundle.ts scripts/
COPY generated generated
COPY src src
RUN node scripts/bundle.ts dist/bundle

FROM ${RUNTIME}
ARG RUNTIME
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="license-scaler" \
  org.opencontainers.image.description="A KEDA external-push scaler that runs each tenant's workloads exactly while that tenant's license allows it." \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.base.name="${RUNTIME}"
COPY --chmod=0444 LICENSE /app/
COPY --chmod=0444 --from=build /app/dist/bundle/LICENSES.txt /app/dist/bundle/license-scaler.mjs /app/
# By number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
# gRPC for KEDA; HTTP for probes and metrics.
EXPOSE 6000 8080
# No HEALTHCHECK: Kubernetes does not read it. Its probes ask /livez and /readyz, or run
# /nodejs/bin/node /app/license-scaler.mjs probe.
# DEP0169: the Kubernetes client's node-fetch takes its URLs apart by url.parse. The log is JSON, without lines of others.
ENTRYPOINT ["/nodejs/bin/node", "--disallow-code-generation-from-strings", "--disable-warning=DEP0169", "/app/license-scaler.mjs"]
CMD ["--help"]
