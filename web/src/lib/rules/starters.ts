import type { GivenDraft } from "./form.ts";

/** The rules of docs/rules.md, to begin with; a repository test keeps them equal. */
export const starters: GivenDraft[] = [
  {
    name: "Thank for a big gift",
    eventType: "GIFT",
    condition: { ">=": [{ var: "payload.coins" }, 1000] },
    action: { type: "announce", template: "Thank you {displayName} for {giftCount} x {giftName}!" },
  },
  {
    name: "Welcome followers",
    eventType: "FOLLOW",
    matchAll: true,
    cooldown: 10,
    action: { type: "announce", template: "Welcome {username}!" },
  },
  {
    name: "No links",
    eventType: "CHAT",
    condition: {
      and: [
        { in: ["http", { var: "payload.message" }] },
        { "!": { var: "user.isModerator" } },
        { "!": { var: "inherited.isModerator" } },
      ],
    },
    action: { type: "moderate", measure: "timeout", seconds: 60, reason: "links: {message}" },
  },
  {
    name: "Song requests of the team",
    eventType: "CHAT",
    condition: {
      and: [
        { startsWith: [{ var: "payload.message" }, "!song "] },
        { ">=": [{ var: ["user.teamMemberLevel", 0] }, 5] },
      ],
    },
    perUserCooldown: 300,
    action: { type: "log", template: "{username}: {message}" },
  },
  {
    name: "Full house",
    eventType: "ROOM_USER",
    condition: { ">": [{ var: "payload.viewers" }, 500] },
    limits: { perMinute: 2 },
    action: {
      type: "webhook",
      url: "https://example.org/hook",
      template: '{"event": "{eventType}", "stream": "{streamId}"}',
    },
  },
];

/** What a new rule begins with, by its name in an address: `empty`, or its place in the list. */
export const startOf = (name: string | null): GivenDraft | undefined =>
  name === "empty" ? empty : starters[Number(name) - 1];

/** A rule with nothing in it yet. */
const empty: GivenDraft = {
  name: "",
  eventType: "CHAT",
  matchAll: true,
  action: { type: "announce", template: "" },
};
