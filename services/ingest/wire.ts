/**
 * Reads what every webcast message carries in front, whatever its type and whether or not we know its schema:
 * field 1 is `common` {method 1, msgId 2, roomId 3, createTime 4} (tiktok-live-proto 0.2.3, CommonMessageData).
 */
export interface Common {
  msgId?: string;
  /** Milliseconds since 1970; 0 in messages that are not timed. */
  createTime?: number;
}

/** The `common` of a payload; empty when the bytes are no such message. */
export function readCommon(payload: Uint8Array): Common {
  try {
    for (const { number, value } of fields(payload)) {
      if (number === 1 && value instanceof Uint8Array) return commonOf(value);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // cut off, or no protobuf
  }
  return {};
}

/** A field of a payload that is a varint; undefined when it is not there, or the bytes are no such message. */
export function readVarint(payload: Uint8Array, wanted: number): bigint | undefined {
  let found: bigint | undefined;
  try {
    for (const { number, value } of fields(payload)) if (number === wanted && typeof value === "bigint") found = value;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

/** Fields come in any order. Without a method it is something else that happens to be field 1. */
function commonOf(bytes: Uint8Array): Common {
  const common: Common = {};
  let hasMethod = false;
  for (const { number, value } of fields(bytes)) {
    if (number === 1) hasMethod = value instanceof Uint8Array && /^\w+$/.test(Buffer.from(value).toString("latin1"));
    if (typeof value !== "bigint") continue;
    if (number === 2 && value !== 0n) common.msgId = BigInt.asIntN(64, value).toString();
    if (number === 4) common.createTime = Number(value);
  }
  return hasMethod ? common : {};
}

/** Protobuf fields in order: varints as bigint, bytes as views, fixed-width ones skipped. Throws RangeError. */
export function* fields(bytes: Uint8Array): Generator<{ number: number; value: bigint | Uint8Array }> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError("cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("varint too long");
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const type = tag & 7;
    if (type === 0) yield { number, value: varint() };
    else if (type === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new RangeError("cut off");
      yield { number, value: bytes.subarray(at, at + length) };
      at += length;
    } else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else throw new RangeError("no protobuf");
  }
}
