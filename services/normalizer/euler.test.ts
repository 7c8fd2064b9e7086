import { expect, it } from "vitest";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { describeRecorded, eulerMessages, recordedRows } from "../../test/support/recording.ts";
import { type Fields, part } from "./fields.ts";
import { decodeProtobuf, isKnown } from "./protobuf.ts";
import { eventOf, nameOf } from "./testing.ts";

const nameIn = (type: string, { common }: Fields) => `${type} ${part(common).msgId}`;

const recordings = new Map(
  recordedRows()
    .filter(({ type }) => isKnown(type))
    .map(({ type, payload }) => [nameIn(type, decodeProtobuf(type, Buffer.from(payload, "base64"))), payload]),
);

/** The same message in both layouts. */
const twins = eulerMessages().flatMap(({ type, data }) => {
  const payload = recordings.get(nameIn(type, data));
  if (!payload) return [];
  return [{ type, euler: eventOf(type, data), connector: eventOf(type, payload, { encoding: "base64" }) }];
});

/** All but the decoded message of a RAW event, which has the names of its layout; the two files have other @names. */
function core({ user, payload }: UnifiedEvent) {
  const { data: _data, ...rest } = payload as { data?: unknown; message?: string };
  return { user, payload: { ...rest, ...(rest.message && { message: rest.message.replace(/^@\S+/, "@") }) } };
}

describeRecorded("Euler's layout", () => {
  it("is there for 94 of the recorded messages", () => expect(twins).toHaveLength(94));

  it("becomes the same type of event", () => {
    expect(twins.map(({ type, euler }) => `${type} ${nameOf(euler)}`)).toEqual(
      twins.map(({ type, connector }) => `${type} ${nameOf(connector)}`),
    );
  });

  it("becomes the same user, payload and facts", () => {
    for (const { euler, connector } of twins) expect(core(euler)).toEqual(core(connector));
  });

  it("passes Euler's own messages through", () => {
    for (const { type, data } of eulerMessages().slice(0, 3)) {
      expect(eventOf(type, data)).toMatchObject({ eventType: "RAW", user: null, payload: { rawType: type, data } });
    }
  });
});
