/**
 * Reads and renumbers recorded payloads without their schema: every webcast message, of known type or not, has a field
 * `common`, and in it the type's name as field 1 and the message id as field 2. It is number 1 in all types but
 * WebcastWeeklyRankRewardMessage.
 */

interface Field {
  number: number;
  wireType: number;
  /** Where the value begins (behind the length of a length-delimited one) and ends. */
  start: number;
  end: number;
}

/** @throws RangeError on bytes that are no protobuf */
function* fieldsOf(bytes: Uint8Array, from: number, to: number): Generator<Field> {
  let at = from;
  const varint = () => {
    const [value, next] = readVarint(bytes, at, to);
    at = next;
    return value;
  };
  while (at < to) {
    const tag = varint();
    const field = { number: Number(tag >> 3n), wireType: Number(tag & 7n), start: at, end: at };
    if (field.wireType === 0) varint();
    else if (field.wireType === 1) at += 8;
    else if (field.wireType === 5) at += 4;
    else if (field.wireType === 2) {
      const length = Number(varint());
      field.start = at;
      at += length;
    } else throw new RangeError(`wire type ${field.wireType} is not in use`);
    if (at > to) throw new RangeError("a field reaches beyond the end");
    field.end = at;
    yield field;
  }
}

function readVarint(bytes: Uint8Array, from: number, to: number): [value: bigint, next: number] {
  let value = 0n;
  for (let at = from, shift = 0n; at < to && shift < 70n; at++, shift += 7n) {
    const byte = bytes[at] as number;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at + 1];
  }
  throw new RangeError("a varint has no end");
}

export function writeVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** All fields, or as many as come before the bytes stop being protobuf. */
function readFields(bytes: Uint8Array, from: number, to: number): Field[] {
  const fields: Field[] = [];
  try {
    for (const field of fieldsOf(bytes, from, to)) fields.push(field);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return fields;
}

function msgIdField(payload: Uint8Array, method: string): Field | undefined {
  let best: Field | undefined;
  for (const { number, wireType, start, end } of readFields(payload, 0, payload.length)) {
    if (wireType !== 2) continue;
    const fields = readFields(payload, start, end); // in any order: recorded ones are
    const name = fields.find((field) => field.number === 1 && field.wireType === 2);
    const msgId = fields.find((field) => field.number === 2 && field.wireType === 0);
    if (!name || !msgId) continue;
    if (Buffer.from(payload.subarray(name.start, name.end)).toString() === method) return msgId;
    if (number === 1) best = msgId; // a RoomMessage calls itself SystemMessage
  }
  return best;
}

/** `common.msgId` of a payload of type `method`; undefined when it has none or is broken. */
export function readMsgId(payload: Uint8Array, method: string): string | undefined {
  const field = msgIdField(payload, method);
  return field && String(readVarint(payload, field.start, field.end)[0]);
}

/** A copy under another message id; undefined when there is no id to replace, or the new one takes other room. */
export function withMsgId(payload: Uint8Array, method: string, msgId: string): Buffer | undefined {
  const field = msgIdField(payload, method);
  const bytes = writeVarint(BigInt(msgId));
  if (!field || bytes.length !== field.end - field.start) return undefined;
  const copy = Buffer.from(payload);
  bytes.copy(copy, field.start);
  return copy;
}
