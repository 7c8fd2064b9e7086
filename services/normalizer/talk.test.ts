import { describe, expect, it } from "vitest";
import { payloadOf } from "./testing.ts";

const chat = (message: object) => payloadOf("CHAT", "WebcastChatMessage", message);

describe("a chat", () => {
  it.each([{ content: "hi" }, { comment: "hi" }])("is read from %j", (message) => {
    expect(chat(message)).toEqual({ message: "hi" });
  });

  it.each(["en", "un", "zh-Hans", "pt_BR", "fil"])("keeps the language %s", (contentLanguage) => {
    expect(chat({ content: "hi", contentLanguage })).toMatchObject({ language: contentLanguage });
  });

  it.each(["", "alice", "@alice", "en alice", "e", "en-alice-and-bob-and-carol", 5])(
    "keeps no language %j",
    (contentLanguage) => {
      expect(chat({ content: "hi", contentLanguage })).not.toHaveProperty("language");
    },
  );

  it("lists its emotes with their place", () => {
    const image = { urlList: ["https://cdn.test/e.webp?x=1"] };
    expect(chat({ content: "a ", emotes: [{ index: 2, emote: { emoteId: "7016", image } }] }).emotes).toEqual([
      { emoteId: "7016", imageUrl: "https://cdn.test/e.webp", at: 2 },
    ]);
    const details = { emoteId: "7016", image: { imageUrl: "https://cdn.test/e.webp" } };
    expect(chat({ comment: "a ", emotes: [{ placeInComment: 2, emote: details }] }).emotes).toEqual([
      { emoteId: "7016", imageUrl: "https://cdn.test/e.webp", at: 2 },
    ]);
  });

  it("mentions the person it replies to and those it names, each once", () => {
    const message = { content: "@bob", atUser: { id: "7", nickname: "Bob" }, mentionUsers: [{ id: "7" }, { id: "8" }] };
    expect(chat(message).mentions).toEqual([{ userId: "7", displayName: "Bob" }, { userId: "8" }]);
  });

  it("mentions nobody with an empty id", () => {
    expect(chat({ content: "hi", atUser: { id: "0" } })).toEqual({ message: "hi" });
  });
});

describe("emotes", () => {
  const emotes = (emoteList: unknown) => payloadOf("EMOTE", "WebcastEmoteChatMessage", { emoteList }).emotes;

  it.each(["urlList", "url"])("are read with %s", (list) => {
    expect(emotes([{ emoteId: "7016", image: { [list]: ["https://cdn.test/e.webp"] } }])).toEqual([
      { emoteId: "7016", imageUrl: "https://cdn.test/e.webp" },
    ]);
  });

  it("are left out without an id of TikTok's", () => expect(emotes([{ emoteId: "alice" }, {}])).toEqual([]));
});
