import { comparePositions } from "../../lib/position.ts";
import type { Streams } from "../../mixins/streams.mixin.ts";
import type { Source } from "./source.ts";

const STREAM = "ttlc:events";

/** Where what comes from now on begins: the newest of what was delivered to us and what is stored. */
export async function presentPosition(redis: Streams["redis"], source: Source): Promise<string> {
  const [stored, newest] = await Promise.all([source.boundary(), newestEntry(redis)]);
  return comparePositions(stored, newest) > 0 ? stored : newest;
}

async function newestEntry(redis: Streams["redis"]): Promise<string> {
  try {
    const facts = (await redis.xinfo("STREAM", STREAM)) as unknown[];
    return String(facts[facts.indexOf("last-generated-id") + 1]);
  } catch (error) {
    if (error instanceof Error && /no such key/.test(error.message)) return "0-0";
    throw error;
  }
}
