import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import type { RawEnvelope } from "../contracts/raw-envelope.ts";
import { normalize } from "../services/normalizer/normalize.ts";
import { parseRecording } from "../simulator/replay.ts";

/** What it costs to make an event of a recorded message: `node bench/normalize.ts [recording]`. */
const [file = "../shared/fixtures/webcast-2023.small.jsonl"] = process.argv.slice(2);
const ROUNDS = 5;
const TIMES = 60;
const core = /^Webcast(Chat|Gift|Like|Member|Social|RoomUserSeq)Message$/;
const now = new Date();

const entries = parseRecording(readFileSync(file, "utf8")).map(
  ({ type, payload }, seqNo): RawEnvelope => ({
    schemaVersion: "raw.v1",
    streamId: "7300000000000000001",
    sessionId: "00000000-0000-4000-8000-000000000001",
    source: "live",
    type,
    seqNo,
    timestamp: now.toISOString(),
    ingestedAt: now.toISOString(),
    data: payload,
    provider: "direct",
    isHistory: false,
    encoding: "base64",
  }),
);

console.log(
  `${now.toISOString()} Node ${process.version}, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}; µs of CPU per message`,
);
measure("all types", entries);
measure(
  "the six frequent types",
  entries.filter(({ type }) => core.test(type)),
);

/** The best of some rounds: others use the machine too. */
function measure(what: string, messages: readonly RawEnvelope[]): void {
  const costs = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < TIMES; i++) for (const message of messages) normalize(message, now);
    return process.cpuUsage(before).user / TIMES / messages.length;
  });
  const bytes = messages.reduce((sum, { data }) => sum + (data as string).length * 0.75, 0) / messages.length;
  console.log(`${what}: ${Math.min(...costs).toFixed(1)} for ${Math.round(bytes)} bytes (${messages.length} messages)`);
}
