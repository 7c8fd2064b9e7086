import {
  driftReportSchema,
  healthSchema,
  livenessSchema,
  metaSchema,
  readinessSchema,
} from "../../../contracts/api.ts";
import { readDrift } from "../../../lib/drift/read-drift.ts";
import project from "../../../package.json" with { type: "json" };
import { ApiError } from "../errors.ts";
import { alarms, missingParts, partsOf, warnings } from "../health.ts";
import { nothing } from "../input.ts";
import { Reply, route } from "../route.ts";
import { contentType, scrape } from "../scrape.ts";

/** Seed 000 looks for this name. */
const service = "TikTok Live Client";
const { version } = project;

/** Whether this process turns at all: nothing else is asked. */
export const alive = route(
  {
    path: "GET /healthz",
    id: "getLiveness",
    summary: "Whether this process turns at all",
    right: "anybody",
    cost: 0,
    input: nothing,
    answers: { 200: livenessSchema },
  },
  () => ({ status: "ok", service }),
);

export const meta = route(
  {
    path: "GET /v1/meta",
    id: "getMeta",
    summary: "Name and version",
    right: "anybody",
    cost: 0,
    input: nothing,
    answers: { 200: metaSchema },
  },
  () => ({ status: "ok", service, version }),
);

/** For a person: what runs and what does not. */
export const health = route(
  {
    path: "GET /health",
    id: "getHealth",
    summary: "What runs and what does not, for a person",
    right: "anybody",
    cost: 5,
    input: nothing,
    answers: { 200: healthSchema },
  },
  async (_, gateway) => {
    const [parts, raised] = await Promise.all([partsOf(gateway), alarms(gateway)]);
    const well = raised.length === 0 && Object.values(parts).every((state) => state === "up");
    const uptimeSeconds = Math.floor(process.uptime());
    return { status: well ? "ok" : "degraded", service, version, uptimeSeconds, parts, alarms: raised };
  },
);

/** For a load balancer: whether to send anybody here. */
export const ready = route(
  {
    path: "GET /ready",
    id: "getReadiness",
    summary: "Whether to send anybody here, for a load balancer",
    right: "anybody",
    input: nothing,
    answers: { 200: readinessSchema },
  },
  async (_, gateway) => {
    if (gateway.isStopping) throw new ApiError(503, "STOPPING", "This process is stopping.");
    const missing = await missingParts(gateway);
    if (missing.length > 0) throw new ApiError(503, "NOT_READY", "Not ready yet.", { details: { missing } });
    return { status: "ready", service, warnings: await warnings(gateway) };
  },
);

/** What changed at TikTok, as the normalizers noticed it. */
export const drift = route(
  {
    path: "GET /drift",
    id: "getDrift",
    summary: "What changed at TikTok, as the normalizers noticed it",
    right: "pipeline.read",
    input: nothing,
    answers: { 200: driftReportSchema },
  },
  async (_, { broker }) => {
    const report = await readDrift(broker);
    if (!report) throw new ApiError(503, "NO_NORMALIZER", "No normalizer answers.");
    return report;
  },
);

/** For Prometheus. */
export const metrics = route(
  {
    path: "GET /metrics",
    id: "getMetrics",
    summary: "Measures for Prometheus",
    right: "metrics.read",
    cost: 5,
    input: nothing,
    answers: { 200: "text/plain" },
  },
  async (_, gateway) => new Reply(200, await scrape(gateway), { "content-type": contentType }),
);
