import type { IncomingMessage } from "node:http";
import { JsonError, parseJson } from "../../lib/json.ts";
import { ApiError } from "./errors.ts";

const MAX_BYTES = 65_536;

/**
 * The JSON body of a request.
 *
 * @throws ApiError 413 above 64 KiB, 415 for anything but plain JSON, 400 for what is no JSON or nests too deep
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = request.headers;
  if (!/^application\/json\s*(;|$)/i.test(type) || encoding !== "identity") {
    throw new ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as uncompressed application/json.");
  }
  if (Number(request.headers["content-length"]) > MAX_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      request.resume(); // read to its end and forgotten, so that the answer gets through
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  return parseBody(Buffer.concat(chunks));
}

/** JSON from UTF-8 bytes. */
function parseBody(bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof JsonError ? error.message : "not UTF-8";
    throw new ApiError(400, "BAD_JSON", `The body cannot be read: ${reason}.`);
  }
}

const tooLarge = () => new ApiError(413, "PAYLOAD_TOO_LARGE", `The body is larger than ${MAX_BYTES} bytes.`);
