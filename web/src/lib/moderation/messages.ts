import type { Measure } from "../../../../contracts/moderation.ts";
import { formatDay } from "../format.ts";

/** What moderators read: on the card of a person and under Moderate. */
export const moderationMessages = {
  title: "Moderation",
  failed: "What may be done here could not be loaded.",
  over: "This broadcast is over: nothing new can be done in it. A ban can still be undone.",
  nowhere: "They were in no broadcast that is stored: nothing can be done.",
  inRoom: (room: string) => `In the room of ${room}.`,
  logOnly: "Log only",
  logOnlyHint: "What you choose is written down and left to a person.",
  why: "Why",
  whyHint: "for those who read it later",
  noReason: "no reason given",
  reasons: ["Spam or advertising", "Insults", "Asks for personal data", "Threats", "Impersonation", "Spoils the show"],
  evidence: (text: string) => `With it goes as evidence: ${text}`,
  timeout: "Time out",
  lasting,
  timeoutFor: (seconds: number) => `Time out for ${lasting(seconds)}`,
  ban: "Ban",
  banOpen: "Ban…",
  banTitle: (name: string, room?: string) => (room ? `Ban ${name} in ${room}?` : `Ban ${name}?`),
  banText: "They leave the room and cannot come back until it is undone.",
  banNeedsReason: "Say why before you ban somebody.",
  cancel: "Cancel",
  undo: "Undo",
  dismiss: "Dismiss",
  doneByHand: "Done by hand",
  refused: "That was not done.",
  past: "What was done",
  pastEmpty: "Nothing yet.",
  pastFailed: "What was done to this person could not be loaded.",
  more: "Earlier ones",
  notes: "Notes",
  notesEmpty: "None yet. Your team sees what you write here; nobody in the room does.",
  notesFailed: "The notes could not be loaded.",
  note: "New note",
  noteAdd: "Keep the note",
  noteFailed: "The note was not kept.",
  moreNotes: "Older notes",

  byRule: "by a rule",
  before: "Not done anew: it was done when it was asked for before.",
  undone: "taken back",

  deeds: {
    timeout: (seconds: number | null) => `Timeout, ${lasting(seconds ?? 0)}`,
    ban: () => "Ban",
    unmute: () => "Timeout taken back",
    unban: () => "Ban taken back",
  } satisfies Record<Measure, (seconds: number | null) => string>,
  /** With whom. */
  deedsTo: {
    timeout: (name: string, seconds: number | null) => `Time out ${name} for ${lasting(seconds ?? 0)}`,
    ban: (name: string) => `Ban ${name}`,
    unmute: (name: string) => `End the timeout of ${name}`,
    unban: (name: string) => `Let ${name} back in`,
  } satisfies Record<Measure, (name: string, seconds: number | null) => string>,
  say: (text: string) => `Say in chat: “${text}”`,

  done: {
    title: "Done lately",
    lead: "What moderators and rules did to people, and what became of it.",
    empty: "Nothing yet.",
    none: "Nothing was done in this part of the log.",
    failed: "What was done lately could not be loaded.",
    more: "Earlier ones",
  },
  find: {
    title: "Find a person",
    field: "The beginning of their @name",
    submit: "Find",
    none: (q: string) => `Nobody whose @name begins with ${q} was seen in your channels.`,
    wrong: "A @name has only letters, digits, periods and underscores.",
    failed: "People could not be looked for.",
    seen: (at: string) => `last seen ${formatDay(at)}`,
  },

  open: {
    title: "Waits for a person",
    lead: "What rules and people wanted since yesterday and ttlc has no means for. Do it in TikTok's app and close it here, or dismiss it. Whoever is first closes it, by name.",
    empty: "Nothing waits. Where ttlc may not act itself, what rules and people want is listed here.",
    failed: "This list could not be loaded. What it holds is not lost.",
    refused: "That was not closed.",
    ask: "Ask the streamer for the right to moderate.",
    refresh: "Look again",
    wanted: "wanted by",
    ruleGone: "a rule that is gone",
    about: (name: string) => `about ${name}`,
    dismissAll: "Dismiss all of this rule",
    closedAll: (count: number, rule: string) => `${count === 1 ? "One wish" : `${count} wishes`} of ${rule} dismissed.`,
    inRoom: "in",
    closed: (what: string, outcome: string) => `${what}: ${outcome}.`,
    /** @param count 20+ */
    waiting: (count: string) =>
      count === "1" ? "One thing waits for a person." : `${count} things wait for a person.`,
    look: "Look",
  },
};

function lasting(seconds: number): string {
  return seconds < 60 || seconds % 60 > 0 ? `${seconds} s` : `${seconds / 60} min`;
}
