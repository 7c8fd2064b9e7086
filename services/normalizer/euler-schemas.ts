import * as proto from "tiktok-live-proto/v2";
import type { Codec, Known } from "./protobuf.ts";

/** The messages of TikTok as Euler's JSON names their fields (schema v2), by type. Needed to notice new fields only. */
export const eulerSchemas: ReadonlyMap<string, Known> = new Map(
  Object.entries(proto).flatMap(([type, codec]) =>
    /^Webcast[A-Za-z0-9]+$/.test(type) && typeof (codec as Partial<Codec>).decode === "function"
      ? [[type, knownOf(codec as unknown as Codec)]]
      : [],
  ),
);

function knownOf(codec: Codec): Known {
  return { codec, defaults: codec.decode(new Uint8Array()), fields: new Map() };
}
