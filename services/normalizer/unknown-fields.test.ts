import { User, WebcastChatMessage } from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { describeRecorded, eulerMessages, recordedRows } from "../../test/support/recording.ts";
import { eulerSchemas } from "./euler-schemas.ts";
import { isKnown, type Known, knownTypes, schemaOf } from "./protobuf.ts";
import { unknownFields, unknownKeys } from "./unknown-fields.ts";

const chat = schemaOf("WebcastChatMessage");
/** A field of length `bytes.length` under 128. */
const field = (number: number, bytes: Iterable<number>) => {
  const content = [...bytes];
  const tag = number * 8 + 2;
  return [...(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7]), content.length, ...content];
};
const message = (...fields: number[][]) => Uint8Array.from(fields.flat());

describe("unknown fields", () => {
  it("are none in what the schema knows", () => {
    const user = User.decode(Uint8Array.from([0x08, 42, 0x1a, 1, 0x41]));
    const base = WebcastChatMessage.decode(new Uint8Array());
    const bytes = WebcastChatMessage.encode({ ...base, user, content: "hi", commentTag: [1], inputType: 3 }).finish();
    expect(unknownFields(chat, bytes)).toEqual([]);
  });

  it("are found at the top, by number", () => {
    expect(unknownFields(chat, message(field(3, Buffer.from("hi")), field(200, Buffer.from("new!"))))).toEqual([
      { path: "200", shape: "text of 4 bytes" },
    ]);
  });

  it("are found within messages and lists of them", () => {
    const badge = [0x80, 0x3f, 7]; // number 1008, a varint
    expect(unknownFields(chat, message(field(2, field(64, badge)), field(2, field(64, badge))))).toEqual([
      { path: "user.badgeList.1008", shape: "number" },
    ]);
  });

  it("include a known number that comes in another form", () => {
    expect(unknownFields(chat, Uint8Array.from([3 * 8, 1]))).toEqual([{ path: "3", shape: "number" }]);
  });

  it("never end in an error, whatever the bytes are", () => {
    for (const type of knownTypes) {
      for (let seed = 1; seed < 20; seed++) {
        const bytes = Uint8Array.from({ length: 60 }, (_, i) => (i * seed * 31 + (seed << 3)) & 255);
        expect(() => unknownFields(schemaOf(type), bytes)).not.toThrow();
      }
    }
  });
});

describe("unknown keys", () => {
  const schema = eulerSchemas.get("WebcastChatMessage") as Known;

  it("are found at every level", () => {
    const value = { comment: "hi", mood: "gay", user: { userId: "1", badges: [{ badgeScene: 1, sparkle: {} }] } };
    expect(unknownKeys(schema, value)).toEqual([
      { path: "mood", shape: "string" },
      { path: "user.badges.sparkle", shape: "object" },
    ]);
  });

  it("that may be somebody's id or name are not told", () => {
    expect(unknownKeys(schema, { "6825725994831114267": 1, "Anna K.": 2 })).toEqual([{ path: "*", shape: "number" }]);
  });
});

describeRecorded("recorded messages", () => {
  it("have few unknown fields", () => {
    const found = recordedRows()
      .filter(({ type }) => isKnown(type))
      .flatMap(({ type, payload }) =>
        unknownFields(schemaOf(type), Buffer.from(payload, "base64")).map(({ path }) => `${type} ${path}`),
      );
    expect(new Set(found).size).toBeLessThan(10);
    expect(found).toContain("WebcastGoalUpdateMessage goal.contributors.8");
  });

  it("in Euler's layout have four unknown keys", () => {
    const found = eulerMessages().flatMap(({ type, data }) => {
      const schema = eulerSchemas.get(type);
      return schema ? unknownKeys(schema, data).map(({ path }) => path.split(".").at(-1)) : [];
    });
    expect([...new Set(found)]).toEqual(["badgeDisplayType", "data", "position", "actionType"]);
  });
});
