import type { ServedEvent } from "../../contracts/api.ts";
import type { RuleAction } from "../../contracts/rule.ts";
import type { RoomTask } from "./euler.ts";

/** What is to be sent, as it is queued. */
export interface ToSend {
  /** Where to: a webhook's; none for what goes over Euler. */
  url: string;
  /** What counts as one target: of what is done in rooms, `chat`, `rules` and `moderation` (commands-log.ts). */
  host: string;
  body: string;
}

/** What an action sends because of an event; null: nothing, as `log`. */
export function toSend(action: RuleAction, event: ServedEvent, rendered: string | null): ToSend | null {
  if (action.type === "log") return null;
  if (action.type === "webhook") {
    return { url: action.url, host: URL.parse(action.url)?.host ?? "", body: rendered ?? asContract(event) };
  }
  const host = action.type === "announce" ? "chat" : "rules"; // chat that has to wait keeps nobody else waiting
  return { url: "", host, body: JSON.stringify(roomTask(action, event, rendered ?? "")) };
}

function roomTask(
  action: Extract<RuleAction, { type: "announce" | "moderate" }>,
  { streamId: roomId, user }: ServedEvent,
  content: string,
): RoomTask {
  if (action.type === "announce") return { kind: "chat", roomId, content };
  const userId = user?.userId ?? ""; // the gate lets nothing through without
  return action.measure === "ban"
    ? { kind: "ban", roomId, userId }
    : { kind: "mute", roomId, userId, seconds: action.seconds ?? 0 };
}

/** Without what is attached when an event is served. */
const asContract = ({ inherited: _, ...event }: ServedEvent) => JSON.stringify(event);
