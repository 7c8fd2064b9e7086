import * as proto from "tiktok-live-proto/v3";
import { describe, expect, it } from "vitest";
import { personalFields, type UnifiedEvent } from "../../contracts/unified-event.ts";
import { describeRecorded, eulerMessages, recordedRows } from "../../test/support/recording.ts";
import { decodeProtobuf, isKnown } from "./protobuf.ts";
import { eventOf } from "./testing.ts";

/**
 * `events` keeps everything but `user` and the personal fields for ever (DESIGN section 6). So a canary goes into every
 * text and every id of every recorded message, and must not be found in what is kept.
 */

/** What is kept although it may hold a canary: how TikTok calls a gift, an emote, a battle or a message. */
const namesOfThings = [
  "payload.giftId",
  "payload.giftName",
  "payload.imageUrl",
  "payload.emotes.emoteId",
  "payload.emotes.imageUrl",
  "payload.battleId",
  "payload.facts.messageIds",
];

/** Texts of the shapes that people's names, handles, links and ids have. */
const canaries = [
  { what: "a name", text: "Canary Bird", id: "8765432109876543", found: /canary|8765432109876543/i },
  { what: "a handle", text: "@canary.bird_7", id: "8765432109876543", found: /canary|8765432109876543/i },
  {
    what: "a link",
    text: "https://canary.test/canary?canary#canary",
    id: "8765432109876543",
    found: /canary|8765432109876543/i,
  },
  { what: "digits", text: "8765432109876543", id: "8765432109876543", found: /8765432109876543/ },
];
type Canary = (typeof canaries)[number];

const codecs = new Map<string, unknown>(Object.entries(proto));

interface Codec {
  encode(message: unknown): { finish(): Uint8Array };
}

/** A copy with a canary in each text and id. 64-bit integers are digits; those that are no id stay what they are. */
function withCanaries(value: unknown, canary: Canary, name = ""): unknown {
  if (typeof value === "string") {
    if (/^-?\d+$/.test(value)) return /id(s|str|int)?$/i.test(name) ? canary.id : value;
    return canary.text;
  }
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => withCanaries(item, canary, name));
  const named = ([key, field]: [string, unknown]) => [
    /^\d+$/.test(key) ? canary.id : key,
    withCanaries(field, canary, key),
  ];
  return Object.fromEntries(Object.entries(value).map(named));
}

/** Where a canary is found in what is kept, by path without indices. */
function leaks(event: UnifiedEvent, canary: Canary): string[] {
  const personal = personalFields(event.eventType);
  const found: string[] = [];
  const look = (value: unknown, path: string) => {
    if (typeof value === "object" && value !== null) {
      for (const [key, field] of Object.entries(value)) {
        if (canary.found.test(key)) found.push(`${path} (key)`);
        look(field, Array.isArray(value) ? path : `${path}.${key}`);
      }
    } else if (canary.found.test(String(value))) found.push(path);
  };
  const { user: _user, payload, ...envelope } = event;
  for (const [field, value] of Object.entries(envelope)) look(value, field);
  for (const [field, value] of Object.entries(payload)) if (!personal.includes(field)) look(value, `payload.${field}`);
  return found.filter((path) => !namesOfThings.includes(path)).map((path) => `${event.rawType} ${path}`);
}

const recorded = recordedRows().filter(({ type }) => isKnown(type));

describeRecorded("a canary", () => {
  describe.each(canaries)("$what in every text and id", (canary) => {
    const events = recorded.map(({ type, payload }) => {
      const message = withCanaries(decodeProtobuf(type, Buffer.from(payload, "base64")), canary);
      const bytes = (codecs.get(type) as Codec).encode(message).finish();
      return eventOf(type, Buffer.from(bytes).toString("base64"), { encoding: "base64" });
    });

    it("is kept of no recorded message", () => {
      expect(events.flatMap((event) => leaks(event, canary))).toEqual([]);
    });

    it("is kept of none in Euler's layout", () => {
      const messages = eulerMessages().map(({ type, data }) => eventOf(type, withCanaries(data, canary) as object));
      expect(messages.flatMap((event) => leaks(event, canary))).toEqual([]);
    });

    it("is in the personal part of all that have one", () => {
      const without = events.filter((event) => !canary.found.test(JSON.stringify(event)));
      expect(new Set(without.map(({ rawType }) => rawType))).toEqual(new Set(["WebcastControlMessage"]));
    });
  });
});
