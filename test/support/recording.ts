import { existsSync, readFileSync } from "node:fs";
import { describe } from "vitest";
import { parseRecording, type RecordedRow } from "../../simulator/replay.ts";

const FILE = "../shared/fixtures/webcast-2023.small.jsonl";
const EULER_FILE = "../shared/fixtures/euler-ws-v2.synthetic.jsonl";
const present = existsSync(FILE);
if (!present && process.env.CI) throw new Error(`${FILE} is missing: the acceptance of real frames cannot be shown`);

/** `describe` for what real frames show. They are recorded from public rooms and never committed: without them, skipped. */
export const describeRecorded = present
  ? describe
  : (((name: string, ...rest: unknown[]) =>
      (describe.skip as (...args: unknown[]) => void)(`${name} (${FILE} is not here)`, ...rest)) as typeof describe);

/** The recorded rows: 547, of 72 types; none where the file is not here. */
export const recordedRows = (): RecordedRow[] => (present ? parseRecording(readFileSync(FILE, "utf8")) : []);

/** One message as Euler's WebSocket sends it. */
export interface EulerMessage {
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** Some of the same messages in Euler's layout (schema v2), and three of Euler's own before them. */
export function eulerMessages(): EulerMessage[] {
  if (!existsSync(EULER_FILE)) return [];
  const lines = readFileSync(EULER_FILE, "utf8").trim().split("\n");
  return lines.flatMap((line) => (JSON.parse(line) as { messages: EulerMessage[] }).messages);
}
