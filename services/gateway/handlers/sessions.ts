import type { Page, ServedEvent, SessionItem } from "../../../contracts/api.ts";
import { answer } from "../answer.ts";
import { notFound } from "../errors.ts";
import { fields, page } from "../input.ts";

/** Live periods of rooms, the newest first. */
export const list = answer(fields(page, ["limit"]), ({ input, call }) =>
  call<Page<SessionItem>>("storage.sessions", input),
);

/** The events of one session, in the order of the room. */
export const history = answer(
  fields({ ...page, id: { type: "string", format: "uuid" } }, ["id", "limit"]),
  async ({ input: { id: sessionId, ...range }, call }) => {
    const found = await call<Page<ServedEvent>>("storage.history", { sessionId, ...range });
    if (found.items.length === 0 && !range.after) throw notFound("event of this session");
    return found;
  },
);
