import { existsSync, readFileSync } from "node:fs";

/**
 * Frames recorded from TikTok lie beside the project and never in it (../shared/fixtures/PROVENANCE.md). Tests on them
 * are skipped where they are absent, but not in CI.
 */
const folder = "../shared/fixtures";
export const hasRecordings = existsSync(folder) || process.env.CI === "true";

/** One recorded message. */
export interface Recorded {
  type: string;
  /** Its protobuf bytes in base64. */
  payload: string;
}

/** One message as Euler's WebSocket sends it. */
export interface EulerMessage {
  type: string;
  data: Readonly<Record<string, unknown>>;
}

export function recordedMessages(): Recorded[] {
  return lines("webcast-2023.small.jsonl") as Recorded[];
}

export function eulerMessages(): EulerMessage[] {
  return (lines("euler-ws-v2.synthetic.jsonl") as { messages: EulerMessage[] }[]).flatMap(({ messages }) => messages);
}

function lines(file: string): unknown[] {
  if (!hasRecordings) return [];
  return readFileSync(`${folder}/${file}`, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
