import { existsSync, readFileSync } from "node:fs";
import { describe } from "vitest";
import { parseRecording, type RecordedRow } from "../../simulator/replay.ts";

const FILE = "../shared/fixtures/webcast-2023.small.jsonl";
const present = existsSync(FILE);
if (!present && process.env.CI) throw new Error(`${FILE} is missing: the acceptance of real frames cannot be shown`);

/** `describe` for what real frames show. They are recorded from public rooms and never committed: without them, skipped. */
export const describeRecorded = present
  ? describe
  : (((name: string, ...rest: unknown[]) =>
      (describe.skip as (...args: unknown[]) => void)(`${name} (${FILE} is not here)`, ...rest)) as typeof describe);

/** The recorded rows: 547, of 72 types. */
export const recordedRows = (): RecordedRow[] => parseRecording(readFileSync(FILE, "utf8"));
