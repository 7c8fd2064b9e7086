import type { ServedEvent } from "../contracts/api.ts";
import type { UnifiedEvent, User } from "../contracts/unified-event.ts";
import { maskEvent } from "./mask-event.ts";

/** An event as a page in somebody's stream shows it: a name, a picture, what was said. */
export type OverlayEvent = Omit<UnifiedEvent, "user"> & { user: Pick<User, "displayName" | "avatarUrl"> | null };

/** The event with what viewers see anyway, and nothing by which a person could be followed from one stream to the next. */
export function overlayEvent(event: ServedEvent): OverlayEvent {
  const { masked: _, ...rest } = maskEvent(event);
  const said = event.eventType === "CHAT" ? { message: event.payload.message } : {};
  return { ...rest, user: nameOf(event.user), payload: { ...rest.payload, ...said } } as OverlayEvent;
}

function nameOf(user: UnifiedEvent["user"]): OverlayEvent["user"] {
  if (!user) return null;
  const { displayName, avatarUrl } = user;
  return avatarUrl === undefined ? { displayName } : { displayName, avatarUrl };
}
